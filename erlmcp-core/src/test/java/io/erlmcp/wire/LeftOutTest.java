package io.erlmcp.wire;

import static io.erlmcp.protocol.Revision.R2024_11_05;
import static io.erlmcp.protocol.Revision.R2025_03_26;
import static io.erlmcp.protocol.Revision.R2025_06_18;
import static io.erlmcp.protocol.Revision.R2025_11_25;
import static io.erlmcp.protocol.Revision.R2026_07_28;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.InitializeResult;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of what each revision is not told, because it does not know it. */
@Requirement("proto.spec")
class LeftOutTest {
    private static final ResultMeta META = new ResultMeta(Parts.FULL_NAME, JsonObject.EMPTY);

    static Stream<Arguments> members() {
        Function<Wire, JsonObject> tools =
                it -> result(it, new Page.Tools(List.of(Parts.TOOL), null, Parts.CACHE));
        Function<Wire, JsonObject> call =
                it -> result(it, Samples.results(it.revision()).getFirst());
        Function<Wire, JsonObject> progress = LeftOutTest::progress;
        Function<Wire, JsonObject> complete =
                it -> params(it, Samples.requests(it.revision()).get(10));
        Function<Wire, JsonObject> page =
                it -> result(it, new Page.Resources(List.of(Parts.RESOURCE), null, Parts.CACHE));
        return Stream.of(
                arguments("/tools/0/title", tools, R2025_06_18),
                arguments("/tools/0/outputSchema", tools, R2025_06_18),
                arguments("/tools/0/annotations", tools, R2025_03_26),
                arguments("/tools/0/icons", tools, R2025_11_25),
                arguments("/tools/0/_meta", tools, R2025_06_18),
                arguments("/ttlMs", tools, R2026_07_28),
                arguments("/cacheScope", tools, R2026_07_28),
                arguments("/resultType", tools, R2026_07_28),
                arguments("/_meta", tools, R2026_07_28),
                arguments("/structuredContent", call, R2025_06_18),
                arguments("/content/0/_meta", call, R2025_06_18),
                arguments("/content/0/annotations", call, R2024_11_05),
                arguments("/content/0/annotations/lastModified", call, R2025_06_18),
                arguments("/content/2/mimeType", call, R2025_03_26),
                arguments("/content/3/uri", call, R2025_06_18),
                arguments("/resources/0/title", page, R2025_06_18),
                arguments("/resources/0/size", page, R2024_11_05),
                arguments("/resources/0/icons", page, R2025_11_25),
                arguments("/message", progress, R2025_03_26),
                arguments("/context", complete, R2025_06_18));
    }

    @ParameterizedTest(name = "{0} from {2} on")
    @MethodSource("members")
    void aMemberIsWrittenFromItsRevisionOn(
            String pointer, Function<Wire, JsonObject> write, Revision first) {
        for (Revision revision : Revision.values()) {
            assertThat(at(write.apply(Wire.of(revision)), pointer) != null)
                    .as("%s in %s", pointer, revision)
                    .isEqualTo(revision.isAtLeast(first));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Revision.class, mode = EnumSource.Mode.EXCLUDE, names = "R2026_07_28")
    void capabilitiesOfAServerAreThoseOfTheRevision(Revision revision) {
        JsonObject result =
                result(
                        Wire.of(Revision.LATEST_LEGACY),
                        new InitializeResult(revision, Parts.ALL_OFFERED, Parts.FULL_NAME, null));
        JsonObject capabilities = result.requireObject("capabilities");
        assertThat(capabilities.has("completions")).isEqualTo(revision.isAtLeast(R2025_03_26));
        assertThat(capabilities.has("extensions")).isFalse();
        JsonObject serverInfo = result.requireObject("serverInfo");
        assertThat(serverInfo.has("title")).isEqualTo(revision.isAtLeast(R2025_06_18));
        assertThat(serverInfo.has("websiteUrl")).isEqualTo(revision.isAtLeast(R2025_11_25));
    }

    @Test
    void capabilitiesOfAClientAreThoseOfTheRevision() {
        assertThat(clientCapabilities(R2025_03_26))
                .isEqualTo(
                        Json.parse(
                                "{\"experimental\":{\"trial\":{}},\"roots\":{\"listChanged\":true},\"sampling\":{}}"));
        assertThat(clientCapabilities(R2025_06_18).get("elicitation")).isEqualTo(JsonObject.EMPTY);
        assertThat(clientCapabilities(R2025_11_25).get("elicitation"))
                .isEqualTo(Json.parse("{\"form\":{},\"url\":{}}"));
        JsonObject modern =
                params(
                                Wire.of(R2026_07_28),
                                new ClientRequest.Discover(),
                                Samples.metas(R2026_07_28).get(1))
                        .requireObject("_meta")
                        .requireObject(MetaKeys.CLIENT_CAPABILITIES);
        assertThat(modern.get("roots")).isEqualTo(JsonObject.EMPTY);
        assertThat(modern.has("extensions")).isTrue();
        assertThat(modern.has("experimental")).isTrue();
    }

    private static JsonObject clientCapabilities(Revision revision) {
        return params(
                        Wire.of(revision),
                        new ClientRequest.Initialize(
                                revision.text(), Parts.ALL_CLIENT, Parts.SHORT_NAME))
                .requireObject("capabilities");
    }

    @Test
    void whatHasNoBlockIsToldAsText() {
        JsonObject oldest = result(Wire.of(R2024_11_05), Samples.results(R2024_11_05).getFirst());
        assertThat(at(oldest, "/content/2/text")).asString().contains("audio/wav");
        assertThat(at(oldest, "/content/3/text")).asString().contains("file:///a/b.txt");
        JsonObject newer = result(Wire.of(R2025_03_26), Samples.results(R2025_03_26).getFirst());
        assertThat(at(newer, "/content/2/type")).isEqualTo(new JsonString("audio"));
        assertThat(at(newer, "/content/3/text")).asString().contains("file:///a/b.txt");
    }

    @Test
    void titledChoicesAreTwoListsInTheFirstRevisionWithForms() {
        JsonObject schema =
                Json.parseObject(
                        """
                        {"type":"object","properties":{"c":{"type":"string",
                         "oneOf":[{"const":"r","title":"Red"},{"const":"g"}]}}}\
                        """);
        JsonObject params =
                Messages.question(Wire.of(R2025_06_18), new ElicitForm("?", schema))
                        .requireObject("params");
        assertThat(at(params, "/requestedSchema/properties/c"))
                .isEqualTo(
                        Json.parse(
                                "{\"type\":\"string\",\"enum\":[\"r\",\"g\"],\"enumNames\":[\"Red\",\"g\"]}"));
        assertThat(params.has("mode")).isFalse();
    }

    @Test
    void severalBlocksAreSeveralMessagesWhereAMessageHasOne() {
        for (Revision revision : List.of(R2024_11_05, R2025_06_18)) {
            JsonObject params =
                    Messages.question(Wire.of(revision), Parts.SAMPLING).requireObject("params");
            assertThat(params.requireArray("messages").size()).isEqualTo(6);
            assertThat(params.has("tools")).isFalse();
        }
        JsonObject params =
                Messages.question(Wire.of(R2025_11_25), Parts.SAMPLING).requireObject("params");
        assertThat(params.requireArray("messages").size()).isEqualTo(2);
        assertThat(params.has("tools")).isTrue();
    }

    @Test
    void aResultThatIsNoObjectIsWrappedForLegacyPeers() {
        CallToolResult list = CallToolResult.structured(JsonArray.of(1, 2));
        assertThat(result(Wire.of(R2025_11_25), list).get("structuredContent"))
                .isEqualTo(JsonObject.of("result", JsonArray.of(1, 2)));
        assertThat(result(Wire.of(R2026_07_28), list).get("structuredContent"))
                .isEqualTo(JsonArray.of(1, 2));
    }

    @Test
    void aSubscriptionIdKeepsItsType() {
        for (JsonValue id : List.of(JsonNumber.of(7), new JsonString("7"))) {
            JsonObject params =
                    Messages.notification(
                                    Wire.of(R2026_07_28),
                                    new ServerNotification.ToolListChanged(),
                                    id)
                            .requireObject("params");
            assertThat(Wire.of(R2026_07_28).subscriptionId(params)).isEqualTo(id);
            assertThat(Wire.of(R2025_11_25).subscriptionId(params)).isNull();
        }
    }

    @Test
    void theNameOfTheServerWinsOverTheHandlersOwn() {
        JsonObject own = JsonObject.of(MetaKeys.SERVER_INFO, "forged", "a", 1, "b", 1);
        ResultMeta meta =
                new ResultMeta(Parts.SHORT_NAME, JsonObject.of("b", 2, MetaKeys.SERVER_INFO, "x"));
        CallToolResult result = new CallToolResult(List.of(), null, false, own);
        assertThat(
                        Messages.result(Wire.of(R2026_07_28), result, meta)
                                .requireObject("result")
                                .get("_meta"))
                .isEqualTo(
                        JsonObject.of(
                                "a",
                                1,
                                "b",
                                2,
                                MetaKeys.SERVER_INFO,
                                JsonObject.of("name", "x", "version", "0")));
    }

    private static JsonObject result(Wire wire, ServerResult result) {
        return Messages.result(wire, result, META).requireObject("result");
    }

    private static JsonObject progress(Wire wire) {
        ProgressToken token = new ProgressToken(JsonNumber.of(1));
        return Messages.notification(
                        wire, new ServerNotification.Progress(token, 1, 2.0, "m"), null)
                .requireObject("params");
    }

    private static JsonObject params(Wire wire, ClientRequest request) {
        return params(wire, request, RequestMeta.NONE);
    }

    private static JsonObject params(Wire wire, ClientRequest request, RequestMeta meta) {
        return Messages.request(wire, request, meta, null).requireObject("params");
    }

    private static @Nullable JsonValue at(@Nullable JsonValue root, String pointer) {
        @Nullable JsonValue value = root;
        for (String step : pointer.substring(1).split("/")) {
            value =
                    switch (value) {
                        case JsonObject object -> object.get(step);
                        case JsonArray array -> array.get(Integer.parseInt(step));
                        case null, default -> null;
                    };
        }
        return value;
    }
}
