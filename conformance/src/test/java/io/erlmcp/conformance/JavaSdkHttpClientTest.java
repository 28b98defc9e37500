package io.erlmcp.conformance;

import static org.awaitility.Awaitility.await;

import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

@Requirement("transport.http")
class JavaSdkHttpClientTest extends JavaSdkClientContract {
    @RegisterExtension
    static final InteropResults RESULTS = new InteropResults(TITLE, "Streamable HTTP");

    private final McpServer server = new Showcase().start();
    private final HttpServer http =
            HttpServer.start(
                    HttpServerConfig.defaults().withPort(0),
                    List.of(new HttpRoute("/mcp", server.endpoint()::handle)));

    @Override
    McpClientTransport transport() {
        return HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + http.port())
                .endpoint("/mcp")
                .openConnectionOnStartup(true)
                .build();
    }

    /** It opens its stream beside the handshake, and hears nothing that was said before. */
    @BeforeEach
    void awaitItsStream() {
        await().until(() -> server.openStreams() > 0);
    }

    @AfterAll
    void close() {
        server.close();
        http.close(Duration.ofSeconds(5));
    }
}
