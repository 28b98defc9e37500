package io.erlmcp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonString;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.TaskResult;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client reads of a server's results and notifications. */
@Requirement("proto.spec")
class ResultReadingTest {
    private static final Wire LEGACY = Wire.of(Revision.R2025_11_25);
    private static final Wire MODERN = Wire.of(Revision.R2026_07_28);
    private static final ClientRequest CALL =
            new ClientRequest.CallTool("t", JsonSlice.EMPTY_OBJECT);

    @ParameterizedTest
    @EnumSource(Revision.class)
    void everyResultIsReadAsItWasWritten(Revision revision) {
        Wire wire = Wire.of(revision);
        for (ServerResult result : Samples.results(revision)) {
            JsonObject written = written(wire, result);
            if (result instanceof Empty) {
                assertThat(wire.readResult(new ClientRequest.Ping(), written)).isEqualTo(result);
            } else {
                ServerResult read = wire.readResult(request(revision, result), written);
                assertThat(written(wire, read)).isEqualTo(written);
                // the answer to tasks/result looks like the one that the task stands for
                assertThat(read)
                        .hasSameClassAs(result instanceof TaskResult task ? task.result() : result);
            }
        }
    }

    @Test
    void theModernResultsAreReadWithoutLoss() {
        for (ServerResult result : Samples.results(Revision.R2026_07_28)) {
            if (!(result instanceof Empty) && !(result instanceof InputRequired)) {
                ServerResult read =
                        MODERN.readResult(
                                request(Revision.R2026_07_28, result), written(MODERN, result));
                assertThat(read).isEqualTo(result);
            }
        }
    }

    private static JsonObject written(Wire wire, ServerResult result) {
        return Messages.result(wire, result, ResultMeta.NONE).requireObject("result");
    }

    private static ClientRequest request(Revision revision, ServerResult result) {
        String method = OfficialSchemaTest.answered(result, revision);
        return Samples.requests(revision).stream()
                .filter(it -> Wire.of(revision).method(it).equals(method))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aResultWithoutTypeIsComplete() {
        assertThat(MODERN.readResult(CALL, Json.parseObject("{\"content\":[],\"extra\":1}")))
                .isEqualTo(CallToolResult.of());
    }

    @Test
    void aLegacyResultIsNeverAQuestion() {
        JsonObject result =
                Json.parseObject(
                        "{\"resultType\":\"input_required\",\"requestState\":\"s\",\"content\":[]}");
        assertThat(LEGACY.readResult(CALL, result)).isEqualTo(CallToolResult.of());
        assertThat(MODERN.readResult(CALL, result)).isInstanceOf(InputRequired.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"resultType\":\"ticket\"} | unknown type 'ticket'",
                "{\"resultType\":\"task\"} | taskId",
                "{\"resultType\":5} | 'resultType'",
                "{\"resultType\":\"input_required\"} | inputRequests",
                "{\"resultType\":\"input_required\",\"inputRequests\":{\"a\":5}} | inputRequests.a",
                "{\"content\":[{\"type\":\"smell\"}]} | unknown type 'smell'",
                "{\"content\":[5]} | content[0]",
            })
    void aResultIsRefused(String result, String message) {
        assertThatThrownBy(() -> MODERN.readResult(CALL, Json.parseObject(result)))
                .isInstanceOf(McpException.class)
                .hasMessageContaining(message);
    }

    @Test
    void onlyCallsPromptsAndReadsMayAsk() {
        JsonObject asks =
                Json.parseObject("{\"resultType\":\"input_required\",\"requestState\":\"s\"}");
        for (ClientRequest request :
                List.of(
                        CALL,
                        new ClientRequest.GetPrompt("p", Map.of()),
                        new ClientRequest.ReadResource("a:b"))) {
            assertThat(MODERN.readResult(request, asks)).isInstanceOf(InputRequired.class);
        }
        assertThatThrownBy(() -> MODERN.readResult(new ClientRequest.ListTools(null), asks))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("input_required");
    }

    @ParameterizedTest
    @CsvSource({"-5,0", "0,0", "1500,1500", "1e30,9223372036854775807", "'\"x\"',0", "null,0"})
    void aCacheHintIsReadLeniently(String ttl, long millis) {
        JsonObject result =
                Json.parseObject(
                        "{\"contents\":[],\"ttlMs\":" + ttl + ",\"cacheScope\":\"public\"}");
        ServerResult read = MODERN.readResult(new ClientRequest.ReadResource("a:b"), result);
        CacheHint cache = new CacheHint(Duration.ofMillis(millis), true);
        assertThat(read).isEqualTo(new ReadResourceResult(List.of(), cache, JsonObject.EMPTY));
    }

    @Test
    void aCursorMayBeEmpty() {
        ServerResult read =
                LEGACY.readResult(
                        new ClientRequest.ListTools(null),
                        Json.parseObject("{\"tools\":[],\"nextCursor\":\"\"}"));
        assertThat(read).isEqualTo(new Page.Tools(List.of(), "", CacheHint.NONE));
    }

    @Test
    void aClientTakesTheToolNamesThatItsServersHave() {
        JsonObject result =
                Json.parseObject(
                        "{\"tools\":[{\"name\":\"my tool:"
                                + " é\",\"inputSchema\":{\"type\":\"object\"}}]}");
        assertThat(LEGACY.readResult(new ClientRequest.ListTools(null), result))
                .isInstanceOf(Page.Tools.class);
    }

    @Test
    void theNameOfAServerIsInItsResults() {
        JsonObject result =
                JsonObject.of(
                        "_meta",
                        JsonObject.of(
                                MetaKeys.SERVER_INFO, JsonObject.of("name", "s", "version", "1")));
        assertThat(MODERN.serverInfo(result)).isEqualTo(Implementation.of("s", "1"));
        assertThat(MODERN.serverInfo(JsonObject.of("_meta", 5))).isNull();
        assertThat(LEGACY.serverInfo(result)).isNull();
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    void everyNotificationIsReadAsItWasWritten(Revision revision) {
        Wire wire = Wire.of(revision);
        for (ServerNotification notification : Samples.notifications()) {
            if (wire.knows(notification)) {
                JsonObject params =
                        Messages.notification(wire, notification, new JsonString("s"))
                                .requireObject("params");
                ServerNotification read = wire.readNotification(wire.method(notification), params);
                assertThat(read).hasSameClassAs(notification);
                if (revision.isAtLeast(Revision.R2025_03_26)) {
                    assertThat(read).isEqualTo(notification);
                }
            }
        }
    }

    @Test
    void aNotificationOfAnotherEraIsNone() {
        JsonObject complete =
                JsonObject.of("elicitationId", "e", "notifications", JsonObject.EMPTY);
        assertThat(MODERN.readNotification("notifications/elicitation/complete", complete))
                .isNull();
        assertThat(LEGACY.readNotification("notifications/subscriptions/acknowledged", complete))
                .isNull();
        assertThat(LEGACY.readNotification("notifications/novelty", complete)).isNull();
    }
}
