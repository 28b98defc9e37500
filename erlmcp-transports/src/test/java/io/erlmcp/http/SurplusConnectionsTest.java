package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.network.EchoEndpoint;
import io.erlmcp.observability.Event;
import io.erlmcp.tcp.TcpServer;
import io.erlmcp.tcp.TcpServerConfig;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ByteBudget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@Requirement({"degradation.actions", "degradation.points", "degradation.safe"})
class SurplusConnectionsTest {
    private final AtomicInteger most = new AtomicInteger(Integer.MAX_VALUE);
    private final List<Event> events = new CopyOnWriteArrayList<>();

    private HttpServer start() {
        HttpServer[] made = new HttpServer[1];
        made[0] =
                HttpServer.start(
                        HttpServerConfig.defaults().withPort(0),
                        List.of(
                                new HttpRoute("/mcp", exchange -> exchange.respond(204)),
                                new HttpRoute("/alive", exchange -> exchange.respond(204), true)),
                        events::add,
                        ByteBudget.eighthOfHeap(),
                        ByteBudget.eighthOfHeap(),
                        () -> made[0] == null || made[0].openConnections() <= most.get());
        return made[0];
    }

    private static String get(Socket socket, String path) throws IOException {
        socket.getOutputStream()
                .write(
                        ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Test
    void oneTooManyIsToldSoWhileProbesAndThoseBeforeItAreServed() throws Exception {
        HttpServer server = start();
        try (Socket before = connect(server.port())) {
            assertThat(get(before, "/mcp")).startsWith("HTTP/1.1 204");
            most.set(1);
            try (Socket surplus = connect(server.port());
                    Socket probe = connect(server.port())) {
                assertThat(get(surplus, "/mcp"))
                        .startsWith("HTTP/1.1 503")
                        .containsIgnoringCase("retry-after: 1");
                assertThat(get(probe, "/alive")).startsWith("HTTP/1.1 204");
                assertThat(get(before, "/mcp")).startsWith("HTTP/1.1 204");
                assertThat(events)
                        .filteredOn(HttpEvent.ConnectionRejected.class::isInstance)
                        .hasSize(2);
                most.set(Integer.MAX_VALUE);
                assertThat(get(probe, "/mcp")).as("when it is over").startsWith("HTTP/1.1 204");
            }
        } finally {
            server.close(Duration.ZERO);
        }
    }

    @Test
    void overTcpOneTooManyIsClosed() throws Exception {
        TcpServer[] made = new TcpServer[1];
        made[0] =
                TcpServer.start(
                        TcpServerConfig.tcp("127.0.0.1", 0),
                        new EchoEndpoint(),
                        events::add,
                        ByteBudget.eighthOfHeap(),
                        ByteBudget.eighthOfHeap(),
                        () -> made[0] == null || made[0].openConnections() <= most.get());
        try (Socket before = connect(made[0].port())) {
            await().until(() -> made[0].openConnections() == 1);
            most.set(1);
            try (Socket surplus = connect(made[0].port())) {
                assertThat(surplus.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(events).anyMatch(ConnectionEvent.Rejected.class::isInstance);
            assertThat(before.isConnected()).isTrue();
            await().until(() -> made[0].openConnections() == 1);
        } finally {
            made[0].close(Duration.ZERO);
        }
    }
}
