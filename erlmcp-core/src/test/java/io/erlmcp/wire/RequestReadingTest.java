package io.erlmcp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server reads of requests, and what it refuses with which words. */
@Requirement("proto.spec")
class RequestReadingTest {
    private static final Wire LEGACY = Wire.of(Revision.R2025_11_25);
    private static final Wire MODERN = Wire.of(Revision.R2026_07_28);
    private static final String ENVELOPE =
            """
            "io.modelcontextprotocol/protocolVersion":"2026-07-28",
            "io.modelcontextprotocol/clientCapabilities":{}\
            """;

    @ParameterizedTest
    @EnumSource(Revision.class)
    void everyRequestIsReadAsItWasWritten(Revision revision) {
        Wire wire = Wire.of(revision);
        for (ClientRequest request : Samples.requests(revision)) {
            JsonObject message = Messages.request(wire, request, RequestMeta.NONE, null);
            ClientRequest read = wire.readRequest(wire.method(request), Messages.envelope(message));
            boolean lossy =
                    read instanceof ClientRequest.Initialize
                            || read instanceof ClientRequest.Complete;
            if (lossy) {
                // What the revision does not know was left out: written again, it is the same.
                assertThat(Messages.request(wire, read, RequestMeta.NONE, null)).isEqualTo(message);
            } else {
                assertThat(read).isEqualTo(request);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "initialize",
                "ping",
                "logging/setLevel",
                "resources/subscribe",
                "resources/unsubscribe",
                "tasks/list",
                "tasks/result",
                "nonsense",
                ""
            })
    void theModernEraLacksTheMethod(String method) {
        assertThat(MODERN.readRequest(method, Messages.envelope(method, "{}"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"server/discover", "subscriptions/listen", "tasks/update", "nonsense"})
    void theLegacyEraLacksTheMethod(String method) {
        for (Revision revision : Revision.of(Era.LEGACY)) {
            assertThat(Wire.of(revision).readRequest(method, Messages.envelope(method, "{}")))
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\":\"t\"}", "{\"name\":\"t\",\"arguments\":null}"})
    void aCallWithoutArgumentsHasNone(String params) {
        ClientRequest read =
                MODERN.readRequest("tools/call", Messages.envelope("tools/call", params));
        assertThat(read)
                .asInstanceOf(type(ClientRequest.CallTool.class))
                .satisfies(it -> assertThat(it.arguments().value()).isEqualTo(JsonObject.EMPTY));
    }

    @Test
    void argumentsAreTheBytesThatCame() {
        ClientRequest read =
                MODERN.readRequest(
                        "tools/call",
                        Messages.envelope(
                                "tools/call", "{\"arguments\":{\"n\": 1.50},\"name\":\"t\"}"));
        assertThat(read)
                .asInstanceOf(type(ClientRequest.CallTool.class))
                .satisfies(it -> assertThat(it.arguments()).hasToString("{\"n\": 1.50}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tools/call | {} | 'name': expected string, was absent",
                "tools/call | {\"name\":1} | 'name': expected string, was number",
                "tools/call | {\"name\":\"t\",\"arguments\":[]} | 'arguments': expected object, was"
                        + " array",
                "tools/call | {\"name\":\"t\",\"arguments\":\"x\"} | 'arguments': expected object,"
                        + " was string",
                "tools/call | [] | 'name': expected string, was absent",
                "tools/list | {\"cursor\":5} | 'cursor': expected string, was number",
                "resources/read | {} | 'uri': expected string, was absent",
                "prompts/get | {\"name\":\"p\",\"arguments\":{\"n\":5}} | 'arguments.n': expected"
                        + " string, was number",
                "prompts/get | {\"name\":\"p\",\"arguments\":{\"b\":true}} | 'arguments.b':"
                        + " expected string, was boolean",
                "prompts/get | {\"arguments\":{}} | 'name': expected string, was absent",
                "completion/complete |"
                    + " {\"ref\":{\"type\":\"x\"},\"argument\":{\"name\":\"a\",\"value\":\"\"}} |"
                    + " ref.type",
                "completion/complete | {\"ref\":{\"type\":\"ref/prompt\",\"name\":\"p\"}} |"
                        + " 'argument'",
            })
    void bothErasRefuseAndNameTheMember(String method, String params, String message) {
        for (Wire wire : List.of(LEGACY, MODERN)) {
            refused(
                    () -> wire.readRequest(method, Messages.envelope(method, params)),
                    method,
                    message);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "logging/setLevel | {\"level\":\"loud\"} | unknown logging level 'loud'",
                "logging/setLevel | {\"level\":3} | 'level': expected string, was number",
                "resources/subscribe | {\"uri\":null} | 'uri': expected string, was null",
                "initialize | {\"capabilities\":{},\"clientInfo\":{}} | 'protocolVersion'",
                "initialize | {\"protocolVersion\":\"2025-11-25\",\"clientInfo\":{}} |"
                        + " 'capabilities'",
                "initialize | {\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}} |"
                        + " 'clientInfo'",
            })
    void theLegacyEraRefuses(String method, String params, String message) {
        refused(
                () -> LEGACY.readRequest(method, Messages.envelope(method, params)),
                method,
                message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | 'notifications'",
                "{\"notifications\":{\"toolsListChanged\":1}} | 'toolsListChanged'",
                "{\"notifications\":{\"resourceSubscriptions\":[1]}} | resourceSubscriptions[0]",
            })
    void aListenRequestIsRefused(String params, String message) {
        String method = "subscriptions/listen";
        refused(
                () -> MODERN.readRequest(method, Messages.envelope(method, params)),
                method,
                message);
    }

    @Test
    void requestsWithoutParamsAreRead() {
        assertThat(
                        LEGACY.readRequest(
                                "tools/list",
                                Messages.envelope("{\"method\":\"tools/list\",\"id\":1}")))
                .isEqualTo(new ClientRequest.ListTools(null));
        assertThat(LEGACY.readRequest("ping", Messages.envelope("{\"method\":\"ping\",\"id\":1}")))
                .isEqualTo(new ClientRequest.Ping());
        assertThat(LEGACY.readMeta(Messages.envelope("{\"method\":\"ping\",\"id\":1}")))
                .isSameAs(RequestMeta.NONE);
    }

    @Test
    void unknownMembersAreTolerated() {
        ClientRequest read =
                LEGACY.readRequest(
                        "prompts/get",
                        Messages.envelope(
                                "prompts/get", "{\"name\":\"p\",\"extra\":[1],\"task\":{}}"));
        assertThat(read).isEqualTo(new ClientRequest.GetPrompt("p", Map.of()));
    }

    @Test
    void theModernEnvelopeIsRead() {
        RequestMeta meta =
                modernMeta(
                        """
                        {%s,"io.modelcontextprotocol/clientInfo":{"name":"c","version":"1","icons":[{"src":"ftp://x"}]},
                         "io.modelcontextprotocol/logLevel":"info","progressToken":5,"traceparent":"00-1"}\
                        """
                                .formatted(ENVELOPE));
        assertThat(meta.protocolVersion()).isEqualTo("2026-07-28");
        assertThat(meta.clientCapabilities()).isNotNull();
        assertThat(meta.clientInfo()).isNotNull().satisfies(it -> assertThat(it.icons()).isEmpty());
        assertThat(meta.logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(meta.progressToken()).isEqualTo(new ProgressToken(JsonNumber.of(5)));
        assertThat(meta.traceparent()).isEqualTo("00-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "{}", "{\"name\":1,\"version\":2}", "null"})
    void aClientThatDoesNotSayWhoItIsIsServed(String info) {
        String meta = "{" + ENVELOPE + ",\"io.modelcontextprotocol/clientInfo\":" + info + "}";
        assertThat(modernMeta(meta).clientInfo()).isNull();
    }

    @Test
    void aMissingEnvelopeIsNamed() {
        missing("{}", "_meta");
        missing(
                "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"x\"}}",
                MetaKeys.CLIENT_CAPABILITIES);
        missing(
                "{\"_meta\":{\"io.modelcontextprotocol/clientCapabilities\":{}}}",
                MetaKeys.PROTOCOL_VERSION);
        missing("{\"_meta\":{}}", MetaKeys.PROTOCOL_VERSION, MetaKeys.CLIENT_CAPABILITIES);
    }

    private static void missing(String params, Object... keys) {
        assertThatThrownBy(() -> MODERN.readMeta(Messages.envelope("tools/list", params)))
                .asInstanceOf(type(McpException.class))
                .satisfies(
                        it -> {
                            assertThat(it.code()).isEqualTo(ErrorCode.INVALID_PARAMS);
                            assertThat(it.data())
                                    .isEqualTo(
                                            JsonObject.of(
                                                    "envelope",
                                                    JsonObject.of("missing", List.of(keys))));
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | expected object, was array",
                "{\"io.modelcontextprotocol/protocolVersion\":5,\"io.modelcontextprotocol/clientCapabilities\":{}}"
                    + " | protocolVersion",
                "{\"io.modelcontextprotocol/protocolVersion\":\"x\",\"io.modelcontextprotocol/clientCapabilities\":[]}"
                    + " | clientCapabilities",
                "{\"io.modelcontextprotocol/protocolVersion\":\"x\",\"io.modelcontextpr"
                        + "otocol/clientCapabilities\":{\"sampling\":true}}"
                        + " | sampling",
                "{\"io.modelcontextprotocol/protocolVersion\":null,\"io.modelcontextprotocol/clientCapabilities\":{}}"
                    + " | protocolVersion",
            })
    void aMalformedEnvelopeIsRefused(String meta, String message) {
        refused(() -> modernMeta(meta), "_meta", message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"io.modelcontextprotocol/logLevel\":\"loud\" | unknown logging level 'loud'",
                "\"progressToken\":1.5 | 'progressToken': expected string or integer",
                "\"progressToken\":true | 'progressToken': expected string or integer, was boolean",
            })
    void aMemberOfTheEnvelopeIsRefused(String member, String message) {
        refused(() -> modernMeta("{" + ENVELOPE + "," + member + "}"), "_meta", message);
    }

    @Test
    void theLegacyMetaHasATokenAndWhateverElseCame() {
        RequestMeta meta =
                LEGACY.readMeta(
                        Messages.envelope(
                                "tools/call", "{\"_meta\":{\"progressToken\":\"t\",\"x\":1}}"));
        assertThat(meta.progressToken()).isEqualTo(new ProgressToken(new JsonString("t")));
        assertThat(meta.clientCapabilities()).isNull();
        assertThat(meta.raw().get("x")).isEqualTo(JsonNumber.of(1));
        refused(
                () ->
                        LEGACY.readMeta(
                                Messages.envelope(
                                        "tools/call", "{\"_meta\":{\"progressToken\":{}}}")),
                "_meta",
                "progressToken");
    }

    @Test
    void capabilitiesAreReadLeniently() {
        assertThat(capabilities("{\"elicitation\":{}}").elicitationForm()).isTrue();
        assertThat(capabilities("{\"elicitation\":{}}").elicitationUrl()).isFalse();
        assertThat(capabilities("{\"elicitation\":{\"url\":{}}}").elicitationForm()).isFalse();
        assertThat(capabilities("{\"elicitation\":{\"url\":{}}}").elicitationUrl()).isTrue();
        assertThat(capabilities("{\"elicitation\":{\"url\":{},\"form\":{}}}").elicitationForm())
                .isTrue();
        assertThat(capabilities("{\"sampling\":{\"tools\":{}}}").samplingTools()).isTrue();
        assertThat(capabilities("{\"roots\":{\"listChanged\":true}}").rootsListChanged()).isTrue();
        assertThat(capabilities("{\"novelty\":{\"a\":1}}").raw().has("novelty")).isTrue();
        assertThat(capabilities("{\"extensions\":{\"x\":{}}}").extensions().has("x")).isTrue();
    }

    private static ClientCapabilities capabilities(String capabilities) {
        RequestMeta meta =
                modernMeta(
                        "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                                + "\"io.modelcontextprotocol/clientCapabilities\":"
                                + Json.parseObject(capabilities).toJson()
                                + "}");
        ClientCapabilities read = meta.clientCapabilities();
        assertThat(read).isNotNull();
        return read;
    }

    private static RequestMeta modernMeta(String meta) {
        return MODERN.readMeta(Messages.envelope("tools/list", "{\"_meta\":" + meta + "}"));
    }

    private static void refused(ThrowingCallable read, String what, String message) {
        assertThatThrownBy(read)
                .asInstanceOf(type(McpException.class))
                .satisfies(it -> assertThat(it.code()).isEqualTo(ErrorCode.INVALID_PARAMS))
                .satisfies(
                        it ->
                                assertThat(it)
                                        .hasMessageStartingWith(what)
                                        .hasMessageContaining(message));
    }
}
