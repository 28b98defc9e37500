package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server of HTTP+SSE as a path of the HTTP listener: its bounds are those of HTTP. */
class SseServerTest {
    private static final int MOST = 500;

    @ParameterizedTest
    @CsvSource({"0, 202", "1, 413"})
    @Requirement({"transport.sse", "transport.limits"})
    void aMessageIsAsLargeAsABodyMayBeAndNoLarger(int more, int status) throws Exception {
        HttpServerConfig usual = HttpServerConfig.defaults().withPort(0);
        try (McpServer mcp =
                        McpServer.builder("test", "1")
                                .tool("hi", "Hi", (arguments, call) -> CallToolResult.text("hi"))
                                .build();
                HttpClient client = HttpClient.newHttpClient()) {
            HttpServer server =
                    HttpServer.start(
                            usual.withLimits(usual.limits().withMaxBodyBytes(MOST)),
                            List.of(new HttpRoute("/mcp/sse", mcp.endpoint()::handleSse)));
            URI base = URI.create("http://127.0.0.1:" + server.port() + "/mcp/sse");
            try (Stream<String> lines =
                    client.send(
                                    HttpRequest.newBuilder(base)
                                            .header("Accept", "text/event-stream")
                                            .build(),
                                    HttpResponse.BodyHandlers.ofLines())
                            .body()) {
                String path = lines.filter(it -> it.startsWith("data: ")).findFirst().orElseThrow();
                String note = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
                String body = note + " ".repeat(MOST + more - note.length());
                HttpRequest post =
                        HttpRequest.newBuilder(base.resolve(path.substring("data: ".length())))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build();
                assertThat(client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode())
                        .isEqualTo(status);
            } finally {
                server.close(Duration.ZERO);
                client.shutdownNow();
            }
        }
    }
}
