package io.erlmcp.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.ClientLimits;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.client.Phase;
import io.erlmcp.client.Subscription;
import io.erlmcp.json.Json;
import io.erlmcp.network.EngineConfig;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.runtime.Threads;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientTransportEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers that are reached again, but not well. */
@Requirement("transport.reconnect")
class SocketRecoveryTest {
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void release() {
        end.countDown();
    }

    private static final String GREETING =
            ",\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                    + "\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}}\n";

    /** What a server does with one connection; it is closed afterwards. */
    @FunctionalInterface
    private interface Script {
        void serve(BufferedReader in, Socket socket, int number)
                throws IOException, InterruptedException;
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return server;
    }

    /** The thread that accepts; with its end the port is free, a moment after the close. */
    private static Thread serve(ServerSocket server, AtomicInteger accepted, Script script) {
        return Threads.startVirtual(
                "test server",
                () -> {
                    while (!server.isClosed()) {
                        try {
                            Socket socket = server.accept();
                            int number = accepted.incrementAndGet();
                            Threads.startVirtual(
                                    "test connection", () -> one(socket, number, script));
                        } catch (IOException e) {
                            return;
                        }
                    }
                });
    }

    private static void one(Socket socket, int number, Script script) {
        try (socket) {
            script.serve(
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)),
                    socket,
                    number);
        } catch (IOException | InterruptedException e) {
            // the client left, or the test is over
            return;
        }
    }

    private static void greet(BufferedReader in, Socket socket) throws IOException {
        Object id = Json.parseObject(in.readLine().getBytes(StandardCharsets.UTF_8)).get("id");
        socket.getOutputStream()
                .write(
                        ("{\"jsonrpc\":\"2.0\",\"id\":" + id + GREETING)
                                .getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static SocketTransport transport(int port, Duration first, Duration max) {
        return new SocketTransport(
                SocketClientConfig.tcp("127.0.0.1", port).withBackoff(new Backoff(first, max)));
    }

    @Test
    void aServerThatGreetsAndLeavesIsNotAskedWithoutEnd() throws Exception {
        CountDownLatch leave = new CountDownLatch(1);
        AtomicInteger accepted = new AtomicInteger();
        List<ClientTransportEvent.StreamReconnecting> pauses = new CopyOnWriteArrayList<>();
        try (ServerSocket server = listen(0)) {
            var _ =
                    serve(
                            server,
                            accepted,
                            (in, socket, number) -> {
                                greet(in, socket);
                                in.readLine();
                                leave.await();
                            });
            Duration long_ = Duration.ofMinutes(1);
            try (McpClient _ =
                    McpClient.builder(transport(server.getLocalPort(), long_, long_))
                            .era(EraChoice.LEGACY)
                            .observer(
                                    event -> {
                                        if (event
                                                instanceof
                                                ClientTransportEvent.StreamReconnecting pause) {
                                            pauses.add(pause);
                                        }
                                    })
                            .connect()) {
                leave.countDown();
                await().until(() -> !pauses.isEmpty());
                assertThat(pauses.getFirst().delay()).isGreaterThanOrEqualTo(long_.dividedBy(2));
                await().during(Duration.ofMillis(200)).until(() -> accepted.get() == 2);
            }
        }
    }

    @Test
    void aPathThatBreaksDuringTheHandshakeIsMadeAgain() throws Exception {
        CountDownLatch leave = new CountDownLatch(1);
        AtomicInteger accepted = new AtomicInteger();
        try (ServerSocket server = listen(0)) {
            var _ =
                    serve(
                            server,
                            accepted,
                            (in, socket, number) -> {
                                greet(in, socket);
                                if (number == 1) {
                                    in.readLine();
                                    leave.await();
                                } else if (number >= 20) {
                                    end.await();
                                }
                            });
            try (McpClient client =
                    McpClient.builder(
                                    transport(
                                            server.getLocalPort(),
                                            Duration.ofMillis(2),
                                            Duration.ofMillis(4)))
                            .era(EraChoice.LEGACY)
                            .connect()) {
                leave.countDown();
                await().until(() -> accepted.get() >= 20);
                await().until(() -> client.phase() == Phase.INITIALIZED);
            }
        }
    }

    @Test
    void aModernSubscriptionComesBackFromAServerThatWasSilentForAWhile() throws Exception {
        McpServer mcp = McpServer.builder("test", "1").build();
        TcpServer server = start(mcp, 0);
        int port = server.port();
        List<String> heard = new CopyOnWriteArrayList<>();
        ListenFilter wanted = new ListenFilter(false, false, false, Set.of("test://a"));
        try (McpClient client =
                        McpClient.builder(
                                        transport(
                                                port, Duration.ofMillis(10), Duration.ofMillis(50)))
                                .era(EraChoice.MODERN)
                                .limits(
                                        ClientLimits.DEFAULTS.withConnectTimeout(
                                                Duration.ofSeconds(1)))
                                .connect();
                Subscription wish = client.subscribe(wanted, n -> heard.add(n.toString()))) {
            server.close(Duration.ZERO);
            AtomicInteger accepted = new AtomicInteger();
            Thread serving;
            try (ServerSocket silent = listen(port)) {
                serving = serve(silent, accepted, (in, socket, number) -> end.await());
                // the listener waits for a second before it comes back, and meets the silence
                await().atMost(Duration.ofSeconds(30)).until(() -> accepted.get() >= 4);
            }
            serving.join();
            end.countDown();
            server = start(mcp, port);
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> {
                                mcp.resourceUpdated("test://a");
                                return !heard.isEmpty();
                            });
            assertThat(wish.isOpen()).isTrue();
        } finally {
            server.close(Duration.ZERO);
            mcp.close();
        }
    }

    private static TcpServer start(McpServer mcp, int port) {
        return TcpServer.start(
                TcpServerConfig.tcp("127.0.0.1", port).withEngine(new EngineConfig(true, 1, 64)),
                mcp.endpoint());
    }
}
