package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.Tool;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.InMemoryTransport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An upstream server whose stream of changes breaks, and is opened again. */
@Requirement("upstream.list")
class UpstreamStreamTest {
    private final Fixture fixture = new Fixture();
    private final McpServer server = McpServer.builder("behind", "1").build();
    private final AtomicInteger listsRead = new AtomicInteger();
    private final CompletableFuture<Runnable> firstStream = new CompletableFuture<>();

    @AfterEach
    void close() {
        fixture.close();
        server.close();
    }

    /** Grants the first stream by itself, on which nothing ever comes. */
    private final class DeafAtFirst implements Endpoint {
        @Override
        public ConnectionHandler connected(Connection connection) {
            ConnectionHandler inner = server.endpoint().connected(connection);
            return new ConnectionHandler() {
                @Override
                public void message(byte[] message) {
                    JsonObject request = Json.parseObject(message);
                    String method = request.string("method").orElse("");
                    if (method.equals("subscriptions/listen") && !firstStream.isDone()) {
                        grant(connection, String.valueOf(request.get("id")));
                        return;
                    }
                    inner.message(message);
                    if (method.equals("tools/list")) {
                        listsRead.incrementAndGet();
                    }
                }

                @Override
                public void malformed(String reason) {
                    inner.malformed(reason);
                }

                @Override
                public void closed() {
                    inner.closed();
                }
            };
        }

        @Override
        public void handle(HttpExchange exchange) {
            exchange.respond(404);
        }
    }

    private void grant(Connection connection, String id) {
        say(
                connection,
                "\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{"
                        + "\"notifications\":{\"toolsListChanged\":true},"
                        + "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"
                        + id
                        + "}}");
        firstStream.complete(
                () ->
                        say(
                                connection,
                                "\"id\":" + id + ",\"result\":{\"resultType\":\"complete\"}"));
    }

    private static void say(Connection connection, String members) {
        byte[] bytes = ("{\"jsonrpc\":\"2.0\"," + members + "}").getBytes(StandardCharsets.UTF_8);
        connection.send(bytes, 0, bytes.length);
    }

    private static ToolSpec tool(String name) {
        return ToolSpec.of(name, (arguments, call) -> CallToolResult.text(name));
    }

    private List<String> tools() {
        try (McpClient client = fixture.client(EraChoice.MODERN)) {
            return client.tools().stream().map(Tool::name).toList();
        }
    }

    @Test
    void whatChangedWhileThereWasNoStreamIsReadWhenThereIsOneAgain() throws Exception {
        server.tools().add(tool("early"));
        fixture.add(
                Fixture.settings(
                        "up",
                        EraChoice.MODERN,
                        (lines, nice) -> InMemoryTransport.to(new DeafAtFirst())));
        Runnable end = firstStream.get();
        await().until(() -> listsRead.get() >= 2); // at first, and once changes are told
        server.tools().add(tool("late"));
        end.run();
        await().untilAsserted(() -> assertThat(tools()).containsExactly("early", "late"));
    }
}
