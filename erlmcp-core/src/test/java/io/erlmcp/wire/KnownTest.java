package io.erlmcp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.EnvelopeScanner;
import io.erlmcp.json.JsonLimits;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.testing.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a peer says about itself in every request is read once, and never mixed up. */
@Requirement("proto.context-metadata")
class KnownTest {
    private final Known<RequestMeta> known = new Known<>();

    private static JsonSlice slice(JsonObject meta) {
        return JsonSlice.of(meta.toJson().getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject client(String name) {
        return JsonObject.of(
                MetaKeys.PROTOCOL_VERSION,
                "2026-07-28",
                MetaKeys.CLIENT_INFO,
                JsonObject.of("name", name, "version", "1"),
                MetaKeys.CLIENT_CAPABILITIES,
                JsonObject.EMPTY);
    }

    private static RequestMeta meta(JsonObject raw) {
        return new RequestMeta(null, null, null, null, null, raw);
    }

    private RequestMeta kept(JsonObject raw) {
        RequestMeta meta = meta(raw);
        known.keep(slice(raw), meta);
        return meta;
    }

    @Test
    void theSameBytesElsewhereAreFound() {
        RequestMeta meta = kept(client("a"));
        byte[] longer = (" ".repeat(7) + client("a").toJson()).getBytes(StandardCharsets.UTF_8);

        assertThat(known.find(JsonSlice.of(longer))).isSameAs(meta);
    }

    @Test
    void otherBytesAreNotEvenWhenAllPlacesAreTaken() {
        List<JsonObject> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(client("client-" + i));
            kept(all.getLast());
        }

        assertThat(all)
                .allSatisfy(
                        raw -> {
                            RequestMeta found = known.find(slice(raw));
                            assertThat(found == null || found.raw().equals(raw)).isTrue();
                        });
        assertThat(known.find(slice(client("stranger")))).isNull();
        assertThat(known.find(slice(all.getLast()))).isNotNull();
    }

    @Test
    void whatDiffersWithEveryRequestIsReadAnew() {
        for (String name : List.of(MetaKeys.PROGRESS_TOKEN, "traceparent", "com.example/x")) {
            assertThat(read(client("a").with(name, JsonValue.of("1"))))
                    .as(name)
                    .isNotSameAs(read(client("a").with(name, JsonValue.of("1"))));
        }
        assertThat(read(client("a"))).isSameAs(read(client("a")));
    }

    @Test
    void clientsThatSayTheSameOfThemselvesShareIt() {
        assertThat(initialize("a")).isSameAs(initialize("a")).isNotEqualTo(initialize("b"));
    }

    private static Object initialize(String name) {
        return scanned(
                JsonObject.of(
                        "protocolVersion",
                        "2025-11-25",
                        "capabilities",
                        JsonObject.EMPTY,
                        "clientInfo",
                        JsonObject.of("name", name, "version", "1")),
                RequestReader::initialize);
    }

    private static RequestMeta read(JsonObject meta) {
        return scanned(JsonObject.of("_meta", meta), RequestMetaCodec::readModern);
    }

    private static <T> T scanned(JsonObject params, Function<Envelope, T> reader) {
        return reader.apply(
                EnvelopeScanner.scan(slice(JsonObject.of("params", params)), JsonLimits.DEFAULTS));
    }

    @Test
    void whatIsLongIsNotKept() {
        int others = client("").toJson().length();
        JsonObject longest = client("x".repeat(Known.MAX_BYTES - others));
        JsonObject longer = client("x".repeat(Known.MAX_BYTES - others + 1));
        RequestMeta meta = kept(longest);
        kept(longer);

        assertThat(known.find(slice(longest))).isSameAs(meta);
        assertThat(known.find(slice(longer))).isNull();
    }
}
