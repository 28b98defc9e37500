package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement("proto.json-fast")
class EnvelopeScannerTest {
    private static final String CALL =
            """
            {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {
              "name": "echo", "uri": "file:///x", "taskId": "t-1", "cursor": "c", "requestState": "sealed",
              "inputResponses": {"q": 1}, "arguments": {"text": "hi"}, "other": [1],
              "_meta": {"progressToken": 12, "io.modelcontextprotocol/protocolVersion": "2026-07-28", "x": {}}}}
            """;

    @Test
    void findsEveryPartOfARequest() {
        Envelope envelope = scan(CALL);
        assertThat(envelope.rootKind()).isEqualTo(JsonKind.OBJECT);
        assertThat(envelope.isJsonRpc2()).isTrue();
        assertThat(envelope.idKind()).isEqualTo(Envelope.IdKind.INTEGER);
        assertThat(envelope.idLong()).isEqualTo(7);
        assertThat(envelope.method()).isEqualTo("tools/call");
        assertThat(envelope.paramsKind()).isEqualTo(JsonKind.OBJECT);
        assertThat(envelope.name()).isEqualTo("echo");
        assertThat(envelope.uri()).isEqualTo("file:///x");
        assertThat(envelope.taskId()).isEqualTo("t-1");
        assertThat(envelope.cursor()).isEqualTo("c");
        assertThat(envelope.requestState()).hasToString("\"sealed\"");
        assertThat(envelope.inputResponses()).hasToString("{\"q\": 1}");
        assertThat(envelope.arguments()).hasToString("{\"text\": \"hi\"}");
        assertThat(envelope.progressToken()).hasToString("12");
        assertThat(envelope.protocolVersion()).isEqualTo("2026-07-28");
        assertThat(envelope.result()).isNull();
        assertThat(envelope.error()).isNull();
        assertThat(envelope.elements()).isEmpty();
        assertThat(envelope.params().object().keys()).contains("_meta", "other");
    }

    @Test
    void knowsTheMethodsOfTheSpecificationWithoutMakingStrings() {
        assertThat(scan(CALL).method()).isSameAs(scan(CALL).method());
        assertThat(scan("{\"method\":\"ping\"}").method())
                .isSameAs(scan(" {\"method\":\"ping\"}").method());
        assertThat(scan("{\"method\":\"acme/ping\"}").method()).isEqualTo("acme/ping");
        assertThat(scan("{\"method\":\"\"}").method()).isEmpty();
        assertThat(scan("{\"method\":\"p\\u0069ng\"}").method()).isEqualTo("ping");
    }

    @Test
    void partsOfAnotherTypeAreNotText() {
        Envelope envelope =
                scan(
                        "{\"jsonrpc\":2.0,\"method\":5,\"params\":{\"name\":1,\"uri\":null,\"_meta\":[]}}");
        assertThat(envelope.isJsonRpc2()).isFalse();
        assertThat(envelope.method()).isNull();
        assertThat(envelope.methodKind()).isEqualTo(JsonKind.NUMBER);
        assertThat(envelope.name()).isNull();
        assertThat(envelope.uri()).isNull();
        assertThat(envelope.metaKind()).isEqualTo(JsonKind.ARRAY);
        assertThat(envelope.protocolVersionKind()).isEqualTo(JsonKind.ABSENT);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "0, INTEGER",
                "-0, INTEGER",
                "-5, INTEGER",
                "9223372036854775807, INTEGER",
                "-9223372036854775808, INTEGER",
                "9223372036854775808, OTHER",
                "-9223372036854775809, OTHER",
                "92233720368547758070, OTHER",
                "1.0, OTHER",
                "1e3, OTHER",
                "null, NULL",
                "\"a\", STRING",
                "\"\", STRING",
                "true, OTHER",
                "{}, OTHER",
                "[], OTHER"
            })
    void theIdHasAKindAndIsEchoedRaw(String id, Envelope.IdKind kind) {
        Envelope envelope = scan("{\"id\": " + id + " }");
        assertThat(envelope.idKind()).isEqualTo(kind);
        assertThat(envelope.hasId()).isTrue();
        assertThat(envelope.id()).hasToString(id);
        if (kind == Envelope.IdKind.INTEGER) {
            assertThat(envelope.idLong()).isEqualTo(Long.parseLong(id));
        } else {
            assertThatThrownBy(envelope::idLong).isInstanceOf(IllegalStateException.class);
        }
        assertThat(envelope.idString())
                .isEqualTo(kind == Envelope.IdKind.STRING ? id.replace("\"", "") : null);
    }

    @Test
    void anAbsentIdIsAbsent() {
        assertThat(scan("{}").idKind()).isEqualTo(Envelope.IdKind.ABSENT);
        assertThat(scan("{}").hasId()).isFalse();
        assertThat(scan("{}").id()).isNull();
    }

    @Test
    void aNameSpelledWithEscapesIsTheNameItSpells() {
        Envelope envelope =
                scan(
                        "{\"\\u0069d\":1,\"\\u006dethod\":\"ping\",\"p\\u0061rams\":{\"n\\u0061me\":\"x\"}}");
        assertThat(envelope.idLong()).isEqualTo(1);
        assertThat(envelope.method()).isEqualTo("ping");
        assertThat(envelope.name()).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":1,\"id\":1}",
                "{\"id\":1,\"\\u0069d\":2}",
                "{\"x\":1,\"x\":1}",
                "{\"\\u0078\":1,\"x\":1}",
                "{\"x\":1,\"\\u0078\":1}",
                "{\"params\":{\"name\":1,\"name\":2}}",
                "{\"params\":{\"a\":1,\"b\":1,\"a\":2}}",
                "{\"params\":{\"_meta\":{},\"_meta\":{}}}",
                "{\"params\":{\"_meta\":{\"k\":1,\"k\":1}}}",
                "{\"params\":{\"_meta\":{\"progressToken\":1,\"progressToken\":1}}}",
                "{\"params\":{},\"params\":{}}",
                "{\"params\":1,\"params\":{}}"
            })
    void aNameThatComesTwiceWhereRoutingLooksIsRefused(String text) {
        assertThatThrownBy(() -> scan(text))
                .isInstanceOfSatisfying(
                        JsonException.class,
                        e -> assertThat(e.reason()).isEqualTo(JsonException.Reason.DUPLICATE_NAME));
    }

    @Test
    void aNameThatComesTwiceDeeperIsRefusedWhenThatPartIsRead() {
        Envelope envelope = scan("{\"params\":{\"arguments\":{\"a\":1,\"a\":2}}}");
        assertThatThrownBy(() -> envelope.arguments().value())
                .hasMessageContaining("'a' is there twice");
    }

    @Test
    void partsAreFoundOnlyWhereTheyBelong() {
        Envelope envelope =
                scan(
                        "{\"name\":\"a\",\"_meta\":{\"progressToken\":1},\"params\":{\"id\":3,\"method\":\"x\","
                            + "\"arguments\":{\"name\":\"no\",\"_meta\":{\"progressToken\":2}}},"
                            + "\"result\":{\"name\":\"b\"}}");
        assertThat(envelope.name()).isNull();
        assertThat(envelope.hasId()).isFalse();
        assertThat(envelope.method()).isNull();
        assertThat(envelope.progressToken()).isNull();
        assertThat(envelope.resultKind()).isEqualTo(JsonKind.OBJECT);
    }

    @Test
    void aBatchHasElementsAndNothingElse() {
        Envelope batch = scan(" [ {\"id\":1} , 2,\"x\" ] ");
        assertThat(batch.isBatch()).isTrue();
        assertThat(batch.hasId()).isFalse();
        assertThat(batch.elements())
                .extracting(JsonSlice::toString)
                .containsExactly("{\"id\":1}", "2", "\"x\"");
        assertThat(EnvelopeScanner.scan(batch.elements().getFirst(), JsonLimits.DEFAULTS).idLong())
                .isEqualTo(1);
        assertThat(scan("[]").isBatch()).isTrue();
        assertThat(scan("[]").elements()).isEmpty();
    }

    @Test
    void aBatchMayHaveManyElements() {
        String text = "[" + String.join(",", java.util.Collections.nCopies(100, "{}")) + "]";
        assertThat(scan(text).elements()).hasSize(100);
    }

    @Test
    void aRootThatIsNoContainerIsAccepted() {
        for (String text : List.of("1", "\"x\"", "null", "true")) {
            assertThat(scan(text).rootKind()).isNotIn(JsonKind.OBJECT, JsonKind.ARRAY);
            assertThat(scan(text).root()).hasToString(text);
        }
    }

    @Test
    void slicesCopyThemselvesOutOfTheBuffer() {
        byte[] buffer = Texts.utf8("{\"params\":{\"arguments\":{\"a\":[1,2]}}}");
        JsonSlice arguments =
                EnvelopeScanner.scan(buffer, 0, buffer.length, JsonLimits.DEFAULTS).arguments();
        JsonSlice copy = arguments.copy();
        assertThat(copy).isEqualTo(arguments).hasSameHashCodeAs(arguments);
        java.util.Arrays.fill(buffer, (byte) 'x');
        assertThat(copy.object()).isEqualTo(JsonObject.of("a", List.of(1, 2)));
    }

    private static Envelope scan(String text) {
        byte[] bytes = Texts.utf8(text);
        return EnvelopeScanner.scan(bytes, 0, bytes.length, JsonLimits.DEFAULTS);
    }
}
