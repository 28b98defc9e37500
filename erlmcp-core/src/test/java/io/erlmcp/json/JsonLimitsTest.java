package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** Every limit at its edge and one past it, for both readers. */
@Requirement("security.parsing")
class JsonLimitsTest {
    private static final JsonLimits SMALL = new JsonLimits(4, 20, 10, 6, 8, 3);

    @Test
    void depth() {
        accepted("[[[[]]]]");
        refused("[[[[[]]]]]", "depth 5 is over the limit of 4");
        accepted("{\"params\":{\"_meta\":{\"a\":[]}}}");
        refused("{\"params\":{\"_meta\":{\"a\":[[]]}}}", "depth 5 is over the limit of 4");
        refused("{\"id\":[[[[1]]]]}", "depth 5 is over the limit of 4");
        accepted("{\"a\":{\"a\":{\"a\":{}}}}");
        refused("{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}", "depth 5 is over the limit of 4");
    }

    @Test
    void theDefaultDepthIs100() {
        String atLimit = "[".repeat(100) + "]".repeat(100);
        assertThat(Json.parse(atLimit).toJson()).isEqualTo(atLimit);
        assertThatThrownBy(() -> Json.parse("[" + atLimit + "]"))
                .hasMessageContaining("limit of 100");
    }

    @Test
    void aHundredThousandOpenBracketsAreRefusedWithoutHarm() {
        byte[] text = Texts.utf8("[".repeat(100_000));
        assertThatThrownBy(() -> EnvelopeScanner.scan(text, 0, text.length, JsonLimits.DEFAULTS))
                .hasMessage("JSON text, byte 100: depth 101 is over the limit of 100");
        JsonLimits deepest = JsonLimits.DEFAULTS.withMaxDepth(1_000);
        assertThatThrownBy(() -> EnvelopeScanner.scan(text, 0, text.length, deepest))
                .hasMessageContaining("limit of 1000");
        byte[] deep = Texts.utf8("{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000));
        assertThatCode(() -> Json.parse(deep, deepest).toJson()).doesNotThrowAnyException();
    }

    @Test
    void numberLength() {
        accepted("12345678901234567890");
        accepted("-1234567890.12345e+1");
        refused("123456789012345678901", "the number is longer than the limit of 20");
        refused("-12345678901234567890", "the number is longer than the limit of 20");
        refused("[1.23456789012345678e10]", "limit of 20");
    }

    @Test
    void stringLengthCountsUnitsNotBytes() {
        accepted("\"1234567890\"");
        refused("\"12345678901\"", "the string is longer than the limit of 10");
        accepted("\"\u20ac234567890\"");
        accepted("\"" + "\u20ac".repeat(10) + "\"");
        refused("\"" + "\u20ac".repeat(11) + "\"", "the string is longer than the limit of 10");
        accepted("\"" + "\ud834\udd1e".repeat(5) + "\"");
        refused(
                "\"" + "\ud834\udd1e".repeat(5) + "a\"",
                "the string is longer than the limit of 10");
        accepted("\"" + "\\u0041".repeat(10) + "\"");
        refused("\"" + "\\u0041".repeat(11) + "\"", "the string is longer than the limit of 10");
    }

    @Test
    void nameLength() {
        accepted("{\"123456\":1}");
        refused("{\"1234567\":1}", "the member name is longer than the limit of 6");
        accepted("{\"\\u0031\u20ac3456\":1}");
        refused("{\"\\u0031\u20ac34567\":1}", "the member name is longer than the limit of 6");
    }

    @Test
    void membersAndElementsOfAllContainersTogether() {
        accepted("[1,2,3,4,5,[7,8]]");
        accepted("{\"a\":[1,2,3],\"b\":[6,7,8]}");
        refused("{\"a\":[1,2,3],\"b\":[6,7,8,9]}", "more than 8 members and elements");
        refused(
                "{\"params\":{\"a\":1,\"b\":2,\"c\":3,\"d\":[5,6,7,8]}}",
                "more than 8 members and elements");
    }

    @Test
    void elementsOfABatch() {
        byte[] atLimit = Texts.utf8("[1,2,3]");
        byte[] pastIt = Texts.utf8("[1,2,3,4]");
        assertThat(EnvelopeScanner.scan(atLimit, 0, atLimit.length, SMALL).elements()).hasSize(3);
        assertThatThrownBy(() -> EnvelopeScanner.scan(pastIt, 0, pastIt.length, SMALL))
                .hasMessageContaining("the batch has more than 3 elements")
                .isInstanceOfSatisfying(
                        JsonException.class,
                        e -> assertThat(e.reason()).isEqualTo(JsonException.Reason.LIMIT));
        assertThatCode(() -> Json.parse(pastIt, SMALL)).doesNotThrowAnyException();
    }

    @Test
    void theLimitsThemselvesAreBounded() {
        assertThatThrownBy(() -> JsonLimits.DEFAULTS.withMaxDepth(1_001))
                .hasMessage("maxDepth is 1001, allowed: 1 to 1000");
        assertThatThrownBy(() -> JsonLimits.DEFAULTS.withMaxDepth(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new JsonLimits(1, 19, 1, 1, 1, 1))
                .hasMessageContaining("maxNumberLength is 19");
        assertThatThrownBy(() -> new JsonLimits(1, 20, 0, 1, 1, 1))
                .hasMessageContaining("maxStringLength is 0");
    }

    @Test
    void manyUnknownNamesAreComparedInReasonableTime() {
        StringBuilder params = new StringBuilder("{\"params\":{\"k0\":0");
        for (int i = 1; i < 50_000; i++) {
            params.append(",\"k").append(i).append("\":0");
        }
        byte[] text = Texts.utf8(params + "}}");
        byte[] repeated = Texts.utf8(params + ",\"k77\":1}}");
        assertThatCode(() -> EnvelopeScanner.scan(text, 0, text.length, JsonLimits.DEFAULTS))
                .doesNotThrowAnyException();
        assertThatThrownBy(
                        () ->
                                EnvelopeScanner.scan(
                                        repeated, 0, repeated.length, JsonLimits.DEFAULTS))
                .hasMessageContaining("'k77' is there twice");
    }

    @Test
    void aMessageQuotesAtMost64Characters() {
        String name = String.join("", Collections.nCopies(30, "name"));
        assertThatThrownBy(() -> Json.parse("{\"" + name + "\":1,\"" + name + "\":2}"))
                .hasMessageContaining("'" + name.substring(0, 61) + "...'");
    }

    private static void accepted(String text) {
        byte[] bytes = Texts.utf8(text);
        assertThatCode(() -> Json.parse(bytes, SMALL)).as(text).doesNotThrowAnyException();
        assertThatCode(() -> EnvelopeScanner.scan(bytes, 0, bytes.length, batches(SMALL)))
                .as(text)
                .doesNotThrowAnyException();
    }

    private static void refused(String text, String why) {
        byte[] bytes = Texts.utf8(text);
        assertThatThrownBy(() -> Json.parse(bytes, SMALL)).as(text).hasMessageContaining(why);
        assertThatThrownBy(() -> EnvelopeScanner.scan(bytes, 0, bytes.length, batches(SMALL)))
                .as(text)
                .hasMessageContaining(why);
    }

    private static JsonLimits batches(JsonLimits limits) {
        return new JsonLimits(
                limits.maxDepth(),
                limits.maxNumberLength(),
                limits.maxStringLength(),
                limits.maxNameLength(),
                limits.maxMembers(),
                100);
    }
}
