package io.erlmcp.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.client.Subscription;
import io.erlmcp.json.JsonObject;
import io.erlmcp.network.EngineConfig;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.TransportException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketTransportTest {
    private final McpServer mcp =
            McpServer.builder("test", "1")
                    .tool("hi", "Says hi", (arguments, call) -> CallToolResult.text("hi"))
                    .build();
    private TcpServer server = start(0);

    private TcpServer start(int port) {
        return TcpServer.start(
                TcpServerConfig.tcp("127.0.0.1", port).withEngine(new EngineConfig(true, 1, 64)),
                mcp.endpoint());
    }

    @AfterEach
    void stop() {
        server.close(Duration.ZERO);
        mcp.close();
    }

    private SocketTransport transport() {
        return new SocketTransport(
                SocketClientConfig.tcp("127.0.0.1", server.port())
                        .withBackoff(new Backoff(Duration.ofMillis(10), Duration.ofMillis(50))));
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    @Requirement("transport.tcp")
    void bothErasCallOverTcp(EraChoice era) {
        try (McpClient client = McpClient.builder(transport()).era(era).connect()) {
            assertThat(client.call("hi", JsonObject.EMPTY).content())
                    .isEqualTo(CallToolResult.text("hi").content());
        }
    }

    @Test
    @Requirement("transport.tcp")
    void bothErasShareOneConnection() throws Exception {
        try (LinePeer peer = new LinePeer(server.port())) {
            peer.send(
                    """
                    {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":\
                    "2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
                    {"jsonrpc":"2.0","method":"notifications/initialized"}
                    """);
            assertThat(peer.line()).contains("\"protocolVersion\":\"2025-11-25\"");
            peer.send(
                    """
                    {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"hi",\
                    "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
                    "io.modelcontextprotocol/clientCapabilities":{}}}}
                    """);
            assertThat(peer.line()).contains("\"resultType\":\"complete\"");
            peer.send(
                    """
                    {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"hi"}}
                    """);
            assertThat(peer.line()).contains("\"text\":\"hi\"").doesNotContain("resultType");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    @Requirement("transport.reconnect")
    void aLostConnectionIsMadeAgainWithTheSessionWithoutBeingAsked(EraChoice era) {
        try (McpClient client = McpClient.builder(transport()).era(era).connect()) {
            assertThat(client.call("hi", JsonObject.EMPTY).content())
                    .isEqualTo(CallToolResult.text("hi").content());
            int port = server.port();
            server.close(Duration.ZERO);
            server = start(port);

            await().until(() -> server.openConnections() == 1);
            await().until(() -> server.traffic().messagesOut() > 0);

            assertThat(client.call("hi", JsonObject.EMPTY).content())
                    .isEqualTo(CallToolResult.text("hi").content());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    @Requirement("transport.reconnect")
    void whatWasSubscribedIsHeardAgainAfterTheServerWasAway(EraChoice era) {
        List<String> heard = new CopyOnWriteArrayList<>();
        ListenFilter wanted = new ListenFilter(false, false, false, Set.of("test://a"));
        try (McpClient client = McpClient.builder(transport()).era(era).connect();
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
    void aServerThatIsNotThereCannotBeReached() {
        server.close(Duration.ZERO);
        assertThatThrownBy(() -> McpClient.builder(transport()).connect())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("cannot connect to tcp://127.0.0.1:");
    }

    @ParameterizedTest
    @CsvSource({
        "tcp://host, tcp://host:9999",
        "tcp://host:1, tcp://host:1",
        "tcp://[::1]:2, tcp://[::1]:2",
        "unix:///run/mcp.sock, unix:///run/mcp.sock"
    })
    @Requirement("transport.port")
    void aUrlSaysWhere(String url, String found) {
        assertThat(SocketClientConfig.of(URI.create(url)).url()).isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://host:1/path", "tcp:///", "unix://host/path", "http://host"})
    void otherUrlsAreRefused(String url) {
        assertThatThrownBy(() -> SocketClientConfig.of(URI.create(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(url);
    }
}
