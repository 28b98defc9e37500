package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Requirement("R17")
class JsonGrammarTest {
    static List<String> values() {
        return everywhere(Texts.VALUES);
    }

    static List<String> faults() {
        return everywhere(Texts.FAULTS).stream()
                // Nothing is a fault as a value, but not between brackets.
                .filter(text -> !List.of("[]", "[ ]").contains(text))
                .toList();
    }

    static Stream<String> brokenUtf8() {
        return Texts.BROKEN_UTF8.stream();
    }

    private static List<String> everywhere(List<String> values) {
        List<String> texts = new ArrayList<>();
        for (String value : values) {
            texts.add(value);
            texts.add("[" + value + "]");
            texts.add("{\"k\": " + value + "}");
        }
        return texts;
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsReadByBothReaders(String text) {
        byte[] bytes = Texts.utf8(text);
        JsonValue value = Json.parse(bytes, JsonLimits.DEFAULTS);
        assertThat(EnvelopeScanner.scan(bytes, 0, bytes.length, JsonLimits.DEFAULTS).root().value())
                .isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatIsWrittenReadsBackEqual(String text) {
        JsonValue value = Json.parse(text);
        if (text.contains("\\uDEAD") || text.contains("\\uD800")) {
            assertThat(value.toJson()).contains("\ufffd");
        } else {
            assertThat(Json.parse(value.toJson())).isEqualTo(value);
        }
        assertThat(value.toJson()).doesNotContain("\n", "\r");
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsRefusedByBothReaders(String text) {
        refusedByBoth(Texts.utf8(text));
    }

    @ParameterizedTest
    @MethodSource("brokenUtf8")
    void bytesThatAreNotUtf8AreRefusedByBothReaders(String hex) {
        byte[] text = Texts.quoted(hex);
        refusedByBoth(text);
        byte[] padded = new byte[text.length + 8];
        java.util.Arrays.fill(padded, (byte) ' ');
        System.arraycopy(text, 0, padded, 0, text.length);
        refusedByBoth(padded);
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyTruncationOfAContainerIsRefused(String text) {
        byte[] bytes = Texts.utf8("[" + text + "]");
        for (int length = 0; length < bytes.length; length++) {
            byte[] truncated = java.util.Arrays.copyOf(bytes, length);
            refusedByBoth(truncated);
        }
    }

    @Test
    void theTextIsReadFromItsRangeOnly() {
        byte[] bytes = Texts.utf8("]]{\"a\":12}34");
        assertThat(Json.parse(bytes, 2, 8, JsonLimits.DEFAULTS)).isEqualTo(JsonObject.of("a", 12));
        assertThatThrownBy(() -> Json.parse(bytes, 2, 7, JsonLimits.DEFAULTS))
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.parse(bytes, 2, 9, JsonLimits.DEFAULTS))
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.parse(bytes, 2, 99, JsonLimits.DEFAULTS))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aRefusalNamesTheByte() {
        assertThatThrownBy(() -> Json.parse("{\"a\":1,}"))
                .hasMessage("JSON text, byte 7: expected a member name")
                .isInstanceOfSatisfying(
                        JsonException.class, e -> assertThat(e.position()).isEqualTo(7))
                .isInstanceOfSatisfying(
                        JsonException.class,
                        e -> assertThat(e.reason()).isEqualTo(JsonException.Reason.SYNTAX));
    }

    @Test
    void theByteIsCountedFromTheStartOfTheText() {
        byte[] buffer = Texts.utf8("before it {\"a\":1,\"a\":1}");
        assertThatThrownBy(() -> Json.parse(buffer, 10, buffer.length - 10, JsonLimits.DEFAULTS))
                .hasMessage("JSON text, byte 7: member 'a' is there twice");
    }

    @Test
    void aNameThatComesTwiceIsRefusedAtAnyDepth() {
        for (String text : List.of("{\"a\":1,\"a\":1}", "[{\"x\":{\"a\":1,\"\\u0061\":1}}]")) {
            assertThatThrownBy(() -> Json.parse(text))
                    .hasMessageContaining("'a' is there twice")
                    .isInstanceOfSatisfying(
                            JsonException.class,
                            e ->
                                    assertThat(e.reason())
                                            .isEqualTo(JsonException.Reason.DUPLICATE_NAME));
        }
    }

    @Test
    void halfASurrogatePairInAStringOfJavaIsRefused() {
        assertThatThrownBy(() -> Json.parse("\"\ud800\"")).isInstanceOf(JsonException.class);
    }

    private static void refusedByBoth(byte[] text) {
        assertThatThrownBy(() -> Json.parse(text, JsonLimits.DEFAULTS))
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> EnvelopeScanner.scan(text, 0, text.length, JsonLimits.DEFAULTS))
                .isInstanceOf(JsonException.class);
    }
}
