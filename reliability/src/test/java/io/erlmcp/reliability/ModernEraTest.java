package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers and states that lie are found out, and who leaves is noticed. */
@Requirement("security.modern")
class ModernEraTest {
    private static final String PREFIX = "io.modelcontextprotocol/";
    private static final String ASKS = "test_input_required_result_tampered_state";
    private static final JsonObject YES =
            JsonObject.of(
                    "confirm",
                    JsonObject.of("action", "accept", "content", JsonObject.of("ok", true)));

    private static NodeProcess node;

    @BeforeAll
    static void startNode() throws Exception {
        node = Fixture.launch().start("--port", "0");
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    private static JsonObject count(String key) {
        return Rpc.modern(1, "tools/call", Rpc.call("counter_add", JsonObject.of("key", key)));
    }

    /**
     * The body asks for a tool; each header alone says something else, or nothing, or two things.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mcp-Name: echo",
                "Mcp-Name: Counter_add",
                "Mcp-Name: =?base64?ZWNobw==?=",
                "Mcp-Name: =?base64?!!?=",
                "Mcp-Name: counter_add\r\nMcp-Name: echo",
                "Mcp-Method: tools/list",
                "Mcp-Method: TOOLS/CALL",
                "Mcp-Method: tools/call\r\nMcp-Method: tools/list",
                "MCP-Protocol-Version: 2026-07-29",
                "MCP-Protocol-Version: 2025-11-25",
                "Mcp-Name",
                "Mcp-Method",
                "MCP-Protocol-Version"
            })
    void aHeaderThatDiffersFromTheBodyIsRefusedAndTheToolDoesNotRun(String lie) throws IOException {
        String key = "refused " + lie.hashCode();
        String[] headers = RawHttp.modernHeaders(count(key));
        for (int i = 0; i < headers.length; i++) {
            boolean isIt = lie.startsWith(headers[i].substring(0, headers[i].indexOf(':')));
            headers[i] = !isIt ? headers[i] : lie.contains(":") ? lie : "X-Nothing: here";
        }

        RawHttp.Answer refused = Served.post(node, count(key).toJson(), headers);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(Served.code(refused)).isEqualTo(-32020);
        assertThat(Served.modern(node, count(key)).text()).contains("\"text\":\"1\"");
    }

    private static JsonObject ask(String tool, JsonObject arguments) {
        JsonObject request = Rpc.modern(1, "tools/call", Rpc.call(tool, arguments));
        JsonObject params = request.requireObject("params");
        JsonObject meta =
                params.requireObject("_meta")
                        .with(
                                PREFIX + "clientCapabilities",
                                JsonObject.of("elicitation", JsonObject.EMPTY));
        return request.with("params", params.with("_meta", meta));
    }

    private static JsonObject retry(JsonObject request, String state) {
        JsonObject params =
                request.requireObject("params")
                        .with("inputResponses", YES)
                        .with("requestState", state);
        return request.with("id", 2).with("params", params);
    }

    private static String stateOf(JsonObject request) throws IOException {
        JsonObject result =
                Json.parseObject(Served.modern(node, request).body()).requireObject("result");
        assertThat(result.requireString("resultType")).isEqualTo("input_required");
        return result.requireString("requestState");
    }

    private static void assertRefused(JsonObject request) throws IOException {
        RawHttp.Answer refused = Served.modern(node, request);
        assertThat(refused.text()).contains("\"error\"").doesNotContain("state-ok");
        assertThat(Served.code(refused)).isEqualTo(-32602);
    }

    @Test
    void aStateComesBackAsItWasAndOnceOrNotAtAll() throws IOException {
        JsonObject request = ask(ASKS, JsonObject.EMPTY);
        String state = stateOf(request);

        assertRefused(retry(request, state + "-TAMPERED"));
        assertRefused(retry(request, state.substring(1)));
        assertRefused(retry(request, ""));
        for (int at = 0; at < state.length(); at += 7) {
            char other = state.charAt(at) == 'A' ? 'B' : 'A';
            assertRefused(retry(request, state.substring(0, at) + other + state.substring(at + 1)));
        }

        assertThat(Served.modern(node, retry(request, state)).text()).contains("state-ok");
        assertRefused(retry(request, state));
    }

    @Test
    void aStateOfAnotherToolOrOfOtherArgumentsIsRefused() throws IOException {
        String state = stateOf(ask(ASKS, JsonObject.EMPTY));

        assertRefused(
                retry(ask("test_input_required_result_request_state", JsonObject.EMPTY), state));
        assertRefused(retry(ask(ASKS, JsonObject.of("extra", 1)), state));
    }

    @Test
    void aConnectionThatIsClosedCancelsItsCall() throws IOException {
        JsonObject call = Rpc.modern(1, "tools/call", Rpc.sleep(600_000));
        try (RawHttp connection = Served.connect(node)) {
            connection.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
            await(() -> Served.figure(node, "in_flight") == 1);
        }
        await(() -> Served.figure(node, "in_flight") == 0);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Served.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
