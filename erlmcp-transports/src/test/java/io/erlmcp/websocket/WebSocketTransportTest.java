package io.erlmcp.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.client.Subscription;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.security.Authenticator;
import io.erlmcp.security.Principal;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WebSocketTransportTest {
    private static final Authenticator BY_TOKEN =
            (transport, address, headers) ->
                    "Bearer good".equals(headers.get("authorization")) ? Principal.ANONYMOUS : null;

    private final AtomicInteger handshakes = new AtomicInteger();
    private final McpServer mcp =
            McpServer.builder("test", "1")
                    .authenticator(BY_TOKEN)
                    .tool("hi", "Says hi", (arguments, call) -> CallToolResult.text("hi"))
                    .tool(
                            "much",
                            "Says much",
                            (arguments, call) -> CallToolResult.text("ü".repeat(60_000)))
                    .build();
    private HttpServer server = start(0);

    private HttpServer start(int port) {
        WebSocketServer websocket =
                new WebSocketServer(
                        WebSocketServerConfig.defaults(),
                        mcp.endpoint(),
                        Observer.NONE,
                        ByteBudget.eighthOfHeap(),
                        ByteBudget.eighthOfHeap());
        return HttpServer.start(
                HttpServerConfig.defaults().withPort(port),
                List.of(
                        new HttpRoute(
                                "/mcp/ws",
                                exchange -> {
                                    handshakes.incrementAndGet();
                                    websocket.handle(exchange);
                                })));
    }

    @AfterEach
    void stop() {
        server.close(Duration.ZERO);
        mcp.close();
    }

    private WebSocketClientConfig config() {
        return WebSocketClientConfig.of("ws://127.0.0.1:" + server.port() + "/mcp/ws")
                .withHeader("Authorization", "Bearer good")
                .withBackoff(new Backoff(Duration.ofMillis(10), Duration.ofMillis(50)));
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    @Requirement("transport.ws")
    void bothErasCallOverWebSocket(EraChoice era) {
        try (McpClient client =
                McpClient.builder(new WebSocketTransport(config())).era(era).connect()) {
            assertThat(client.call("hi", JsonObject.EMPTY).content())
                    .isEqualTo(CallToolResult.text("hi").content());
            assertThat(
                            ((TextContent)
                                            client.call("much", JsonObject.EMPTY)
                                                    .content()
                                                    .getFirst())
                                    .text())
                    .hasSize(60_000);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    @Requirement("transport.ws.recovery")
    void aLostConnectionIsMadeAgainWithTheSessionWithoutBeingAsked(EraChoice era) {
        try (McpClient client =
                McpClient.builder(new WebSocketTransport(config())).era(era).connect()) {
            assertThat(client.call("hi", JsonObject.EMPTY).content())
                    .isEqualTo(CallToolResult.text("hi").content());
            int port = server.port();
            server.close(Duration.ZERO);
            server = start(port);

            await().until(() -> handshakes.get() >= 2);

            assertThat(client.call("hi", JsonObject.EMPTY).content())
                    .isEqualTo(CallToolResult.text("hi").content());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    @Requirement("transport.ws.recovery")
    void whatWasSubscribedIsHeardAgainAfterTheServerWasAway(EraChoice era) {
        List<String> heard = new CopyOnWriteArrayList<>();
        ListenFilter wanted = new ListenFilter(false, false, false, Set.of("test://a"));
        try (McpClient client =
                        McpClient.builder(new WebSocketTransport(config())).era(era).connect();
                Subscription _ = client.subscribe(wanted, n -> heard.add(String.valueOf(n)))) {
            await().until(() -> isHeard(heard));
            int port = server.port();
            server.close(Duration.ZERO);
            heard.clear();
            server = start(port);

            await().until(() -> isHeard(heard));
        }
    }

    /** The subscription may not have been made yet, so it is told again. */
    private boolean isHeard(List<String> heard) {
        mcp.resourceUpdated("test://a");
        return heard.stream().anyMatch(it -> it.contains("test://a"));
    }

    @Test
    void withoutCredentialsTheHandshakeIsRefused() {
        WebSocketTransport transport =
                WebSocketTransport.to("ws://127.0.0.1:" + server.port() + "/mcp/ws");
        assertThatThrownBy(() -> McpClient.builder(transport).connect())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("HTTP status 401");
    }

    @Test
    void aMessageOverTheLimitEndsTheConnection() {
        WebSocketTransport transport = new WebSocketTransport(config().withMaxMessageBytes(20_000));
        try (McpClient client = McpClient.builder(transport).connect()) {
            assertThatThrownBy(() -> client.call("much", JsonObject.EMPTY))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("more than 20000 bytes");
            assertThat(client.call("hi", JsonObject.EMPTY).content())
                    .isEqualTo(CallToolResult.text("hi").content());
        }
    }
}
