package io.erlmcp.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.Era;
import io.erlmcp.server.McpServer;
import io.erlmcp.tcp.TcpServer;
import io.erlmcp.tcp.TcpServerConfig;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.websocket.WebSocketServer;
import io.erlmcp.websocket.WebSocketServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    private final McpServer mcp =
            McpServer.builder("test", "1")
                    .tool("hi", "Says hi", (arguments, call) -> CallToolResult.text("hi"))
                    .build();
    private final WebSocketServer websocket =
            new WebSocketServer(
                    WebSocketServerConfig.defaults(),
                    mcp.endpoint(),
                    Observer.NONE,
                    ByteBudget.eighthOfHeap(),
                    ByteBudget.eighthOfHeap());
    private final HttpServer http =
            HttpServer.start(
                    HttpServerConfig.defaults().withPort(0),
                    List.of(
                            new HttpRoute("/mcp", mcp.endpoint()::handle),
                            new HttpRoute("/mcp/sse", mcp.endpoint()::handleSse),
                            new HttpRoute("/old", mcp.endpoint()::handleSse),
                            new HttpRoute("/mcp/ws", websocket)));
    private final TcpServer tcp =
            TcpServer.start(TcpServerConfig.tcp("127.0.0.1", 0), mcp.endpoint());

    @AfterEach
    void stop() {
        http.close(Duration.ZERO);
        tcp.close(Duration.ZERO);
        mcp.close();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:HTTP/mcp, MODERN",
        "HTTP://127.0.0.1:HTTP/mcp, MODERN",
        "http://127.0.0.1:HTTP/mcp/sse, LEGACY",
        "http://127.0.0.1:HTTP/old, LEGACY",
        "ws://127.0.0.1:HTTP/mcp/ws, MODERN",
        "tcp://127.0.0.1:TCP, MODERN"
    })
    @Requirement({"transport.http", "transport.sse", "transport.ws", "transport.tcp"})
    void theUrlDecidesHowAServerIsSpokenTo(String url, Era era) {
        call(url.replace(":HTTP", ":" + http.port()).replace(":TCP", ":" + tcp.port()), era);
    }

    private static void call(String url, Era era) {
        try (McpClient client =
                McpClient.builder(Target.url(url).transport(Options.NONE))
                        .era(EraChoice.AUTO)
                        .connect()) {
            assertThat(client.call("hi", JsonObject.EMPTY).content())
                    .isEqualTo(CallToolResult.text("hi").content());
            assertThat(client.revision().era()).isEqualTo(era);
        }
    }

    @Test
    @Requirement("transport.tcp")
    void aUnixDomainSocketIsNamedByItsFile(@TempDir Path folder) throws Exception {
        Path file = Files.createDirectories(folder.resolve("s")).resolve("mcp.sock");
        TcpServer unix = TcpServer.start(TcpServerConfig.unix(file), mcp.endpoint());
        try {
            call("unix://" + file, Era.MODERN);
        } finally {
            unix.close(Duration.ZERO);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/x",
                "host:8080",
                "",
                "http:///x",
                "ws://user@host/x",
                "tcp://host/path",
                "unix://host/x",
                "http://[broken"
            })
    void whatIsNoUrlOfATransportIsRefused(String text) {
        assertThatThrownBy(() -> Target.url(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void headersAreNotPrinted() {
        Options options = Options.NONE.withHeaders(Map.of("Authorization", "Bearer secret"));
        assertThat(options.toString()).doesNotContain("secret").contains("1 headers");
    }
}
