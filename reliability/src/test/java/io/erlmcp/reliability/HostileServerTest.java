package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.erlmcp.client.McpClient;
import io.erlmcp.http.HttpClientConfig;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server that means no good can make our client do. */
@Requirement("security.client")
class HostileServerTest {
    private static final int MAX_MESSAGE_BYTES = 100_000;
    private static final JsonObject DISCOVERED =
            Json.parseObject(
                    """
                    {"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},
                     "ttlMs":0,"cacheScope":"private"}\
                    """);

    private final List<String> paths = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        threads.shutdownNow();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void serve(HttpExchange exchange) throws IOException {
        paths.add(exchange.getRequestURI().getPath());
        JsonObject request = Json.parseObject(exchange.getRequestBody().readAllBytes());
        switch (request.requireString("method")) {
            case "server/discover" -> answer(exchange, request, DISCOVERED);
            case "tools/list" -> answer(exchange, request, tools());
            default -> withoutEnd(exchange, request);
        }
    }

    private JsonObject tools() {
        JsonObject elsewhere =
                JsonObject.of(
                        "type",
                        "object",
                        "$ref",
                        url("/schema.json"),
                        "$schema",
                        url("/dialect.json"));
        JsonObject tool =
                JsonObject.of("name", "pull", "inputSchema", elsewhere, "outputSchema", elsewhere);
        return JsonObject.of("resultType", "complete", "tools", JsonArray.of(tool))
                .with("ttlMs", 0)
                .with("cacheScope", "private");
    }

    private static void answer(HttpExchange exchange, JsonObject request, JsonObject result)
            throws IOException {
        byte[] body =
                Rpc.bytes(
                        JsonObject.of("jsonrpc", "2.0", "id", request.get("id"), "result", result));
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Bytes as long as somebody reads, as one document or as one event. */
    private static void withoutEnd(HttpExchange exchange, JsonObject request) throws IOException {
        boolean isStream = request.toJson().contains("\"stream\"");
        exchange.getResponseHeaders()
                .add("Content-Type", isStream ? "text/event-stream" : "application/json");
        exchange.sendResponseHeaders(200, 0);
        byte[] more = "x".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write((isStream ? "data: \"" : "\"").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 1_000_000; i++) {
                out.write(more);
            }
        }
    }

    private McpClient client() {
        HttpClientConfig config =
                HttpClientConfig.of(url("/mcp")).withMaxMessageBytes(MAX_MESSAGE_BYTES);
        return McpClient.builder(new StreamableHttpClientTransport(config))
                .timeout(Served.PATIENCE)
                .connect();
    }

    @Test
    void schemasAndDialectsThatLieElsewhereAreNotFetched() {
        try (McpClient client = client()) {
            assertThat(client.tools()).hasSize(1);
        }
        assertThat(paths).isNotEmpty().containsOnly("/mcp");
    }

    @Test
    void anAnswerWithoutEndIsCutAtTheLimit() {
        try (McpClient client = client()) {
            assertThatThrownBy(() -> client.call("pull", JsonObject.of("as", "document")))
                    .hasMessageContaining("" + MAX_MESSAGE_BYTES);
        }
    }

    @Test
    void anEventWithoutEndIsCutAtTheLimit() {
        try (McpClient client = client()) {
            assertThatThrownBy(() -> client.call("pull", JsonObject.of("as", "stream")))
                    .hasMessageContaining("" + MAX_MESSAGE_BYTES);
        }
    }
}
