package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement("proto.json-fast")
class RepeatedMetaTest {
    private static final String VERSION =
            "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"";

    private static JsonLimits limits(int members) {
        return new JsonLimits(64, 256, 100_000, 1_000, members, 100);
    }

    private static Envelope scan(String text, JsonLimits limits) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return EnvelopeScanner.scan(bytes, 0, bytes.length, limits);
    }

    private static String call(int id, String meta, String rest) {
        return "{\"jsonrpc\":\"2.0\",\"id\":"
                + id
                + ",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"_meta\":"
                + meta
                + rest
                + "}}";
    }

    /** What is routed by, as text. */
    private static String seen(Envelope envelope) {
        return envelope.idLong()
                + " "
                + envelope.method()
                + " "
                + envelope.name()
                + " "
                + envelope.protocolVersionKind()
                + " "
                + envelope.protocolVersion()
                + " "
                + envelope.metaKind()
                + " "
                + (envelope.meta() == null ? "" : text(Objects.requireNonNull(envelope.meta())))
                + " "
                + (envelope.progressToken() == null
                        ? ""
                        : text(Objects.requireNonNull(envelope.progressToken())))
                + " "
                + (envelope.arguments() == null
                        ? ""
                        : text(Objects.requireNonNull(envelope.arguments())));
    }

    private static String text(JsonSlice slice) {
        return new String(slice.toByteArray(), StandardCharsets.UTF_8);
    }

    /** So often that it is kept, whatever others do meanwhile. */
    private static void keep(String meta) {
        for (int i = 0; i < 4 * RepeatedMeta.PATIENCE; i++) {
            scan(call(i, meta, ""), JsonLimits.DEFAULTS);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{" + VERSION + "}",
                "{" + VERSION + ",\"a\":{\"b\":[1,2,{}]},\"c\":\"\\u00e4ö\"}",
                "{ \"a\" : 1 , " + VERSION + " }",
                "{\"io.modelcontextprotocol/protocolVersion\":7}",
                "{\"progressToken\":5," + VERSION + "}",
                "{\"io.modelcontextprotocol\\/protocolVersion\":\"2026-07-28\"}"
            })
    void whatIsReadAgainSaysWhatItSaidAtFirst(String meta) {
        JsonLimits fresh = limits(10_000);
        for (String rest : new String[] {"", ",\"arguments\":{\"text\":\"x\"}", " "}) {
            String expected = seen(scan(call(7, meta, rest), fresh));
            keep(meta);
            for (int i = 0; i < 3; i++) {
                assertThat(seen(scan(call(7, meta, rest), JsonLimits.DEFAULTS)))
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void oneByteMoreOrLessIsReadAnew() {
        String meta = "{" + VERSION + ",\"a\":\"x\"}";
        keep(meta);

        assertThat(scan(call(1, meta.replace("28", "29"), ""), JsonLimits.DEFAULTS))
                .extracting(Envelope::protocolVersion)
                .isEqualTo("2026-07-29");
        assertThatThrownBy(() -> scan(call(1, meta + "}", ""), JsonLimits.DEFAULTS))
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(
                        () ->
                                scan(
                                        call(1, meta.substring(0, meta.length() - 1), ""),
                                        JsonLimits.DEFAULTS))
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> scan(call(1, meta, ",\"_meta\":" + meta), JsonLimits.DEFAULTS))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("twice");
        String whole = call(1, meta, "");
        for (int end = whole.indexOf("_meta"); end < whole.length(); end++) {
            String part = whole.substring(0, end);
            assertThatThrownBy(() -> scan(part, JsonLimits.DEFAULTS))
                    .as(part)
                    .isInstanceOf(JsonException.class);
        }
    }

    @Test
    void itCountsForTheLimitOfMembersAndHoldsUnderItsOwnLimitsAlone() {
        String meta = "{" + VERSION + ",\"a\":[1,2,3,4,5]}";
        // the message has 4 members, its params 2, the object 2 and 5 elements
        JsonLimits exact = limits(13);
        JsonLimits oneLess = limits(12);
        for (int i = 0; i < 4 * RepeatedMeta.PATIENCE; i++) {
            assertThat(scan(call(i, meta, ""), exact).protocolVersion()).isEqualTo("2026-07-28");
        }
        assertThatThrownBy(() -> scan(call(1, meta, ",\"z\":1"), exact))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("13 members");
        assertThatThrownBy(() -> scan(call(1, meta, ""), oneLess))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("12 members");
    }

    @Test
    void whatStandsBehindAnotherIsNotKeptWithWhatThatSaid() {
        String twice = call(1, "{" + VERSION + "}", ",\"_meta\":{\"b\":2}");
        for (int i = 0; i < 20 * RepeatedMeta.PATIENCE; i++) {
            assertThatThrownBy(() -> scan(twice, JsonLimits.DEFAULTS))
                    .isInstanceOf(JsonException.class);
        }

        Envelope other = scan(call(1, "{\"b\":2}", ""), JsonLimits.DEFAULTS);

        assertThat(other.protocolVersionKind()).isEqualTo(JsonKind.ABSENT);
        assertThat(other.protocolVersion()).isNull();
    }

    @Test
    void oneThatIsTooLongIsReadEachTime() {
        String meta = "{\"a\":\"" + "x".repeat(RepeatedMeta.MAX_BYTES) + "\"," + VERSION + "}";
        keep(meta);

        assertThat(scan(call(1, meta, ""), JsonLimits.DEFAULTS).protocolVersion())
                .isEqualTo("2026-07-28");
    }
}
