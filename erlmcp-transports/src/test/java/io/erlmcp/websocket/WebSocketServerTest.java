package io.erlmcp.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.network.EchoEndpoint;
import io.erlmcp.network.PeerLimits;
import io.erlmcp.observability.Event;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketServerTest {
    private static final int FRAGMENT = 0x01;
    private static final int MORE = 0x00;
    private static final int LAST = 0x80;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension final SideThreads threads = new SideThreads();

    private final EchoEndpoint endpoint = new EchoEndpoint();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final ByteBudget received = new ByteBudget(64 << 20);
    private final ByteBudget unsent = new ByteBudget(64 << 20);
    private WebSocketServer websocket = websocket(it -> it);
    private HttpServer server = http();

    private WebSocketServer websocket(UnaryOperator<WebSocketServerConfig> change) {
        return new WebSocketServer(
                change.apply(WebSocketServerConfig.defaults()),
                endpoint,
                events::add,
                received,
                unsent);
    }

    private HttpServer http() {
        HttpServerConfig usual = HttpServerConfig.defaults().withPort(0);
        return HttpServer.start(
                usual.withTimeouts(usual.timeouts().withWrite(Duration.ofMillis(200))),
                List.of(
                        new HttpRoute("/mcp/ws", exchange -> websocket.handle(exchange)),
                        new HttpRoute("/plain", exchange -> exchange.respond(204))));
    }

    private void withPeer(UnaryOperator<PeerLimits> change) {
        websocket = websocket(config -> config.withPeer(change.apply(config.peer())));
    }

    @AfterEach
    void stop() {
        server.close(Duration.ZERO);
        await().untilAsserted(() -> assertThat(received.usedBytes()).isZero());
        await().untilAsserted(() -> assertThat(unsent.usedBytes()).isZero());
    }

    private FramePeer open() throws IOException {
        return FramePeer.open(server.port());
    }

    private static byte[] bytes(int count) {
        return "x".repeat(count).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    @Requirement("transport.ws")
    void theHandshakeProvesThatTheKeyWasReadAndNamesTheSubProtocol() throws Exception {
        try (FramePeer peer = new FramePeer(server.port())) {
            assertThat(peer.handshake("Sec-WebSocket-Protocol: chat, mcp\r\n"))
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                    .contains("Sec-WebSocket-Protocol: mcp\r\n");
            assertThat(peer.text("a").frame().text()).isEqualTo("a");
        }
        try (FramePeer peer = new FramePeer(server.port())) {
            assertThat(peer.handshake("")).doesNotContain("Sec-WebSocket-Protocol");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'GET /mcp/ws HTTP/1.1\r\nHost: localhost\r\n\r\n', 426",
        "'POST /mcp/ws HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n', 405",
        "'Host: evil.example', 403",
        "'Origin: https://evil.example', 403",
        "'Sec-WebSocket-Version: 12', 426",
        "'Sec-WebSocket-Key: short', 400",
        "'Sec-WebSocket-Protocol: other', 400"
    })
    @Requirement({"transport.ws", "security.browser"})
    void aHandshakeThatBreaksARuleIsRefused(String change, int status) throws Exception {
        try (FramePeer peer = new FramePeer(server.port())) {
            String request = change;
            if (!change.contains("HTTP/1.1")) {
                String name = change.substring(0, change.indexOf(':'));
                String good =
                        "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
                request =
                        "GET /mcp/ws HTTP/1.1\r\n"
                                + good.replaceAll("(?m)^" + name + ":.*\r\n", "")
                                + change
                                + "\r\n\r\n";
            }
            assertThat(peer.request(request)).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    @Requirement("transport.ws")
    void openConnectionsAreCounted() throws Exception {
        try (FramePeer first = open()) {
            assertThat(first.text("a").frame().text()).isEqualTo("a");
            try (FramePeer second = open()) {
                assertThat(second.text("b").frame().text()).isEqualTo("b");
            }
            await().until(() -> events.stream().anyMatch(ConnectionEvent.Closed.class::isInstance));
            try (FramePeer third = open()) {
                assertThat(third.text("c").frame().text()).isEqualTo("c");
            }
        }
        assertThat(
                        events.stream()
                                .filter(ConnectionEvent.Opened.class::isInstance)
                                .map(event -> ((ConnectionEvent.Opened) event).open()))
                .containsExactly(1, 2, 2);
    }

    @Test
    @Requirement("transport.ws")
    void whoIsNotLetInGets401AndNoConnection() throws Exception {
        endpoint.isOpenToAll = false;
        try (FramePeer peer = new FramePeer(server.port())) {
            assertThat(peer.handshake(""))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("WWW-Authenticate: Bearer");
        }
        assertThat(endpoint.connections).isEmpty();
    }

    @Test
    void framesThatComeWithTheHandshakeAreNotLost() throws Exception {
        try (FramePeer peer = new FramePeer(server.port())) {
            String head =
                    "GET /mcp/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            byte[] frame = FramePeer.masked(FramePeer.TEXT, bytes(3));
            assertThat(peer.request(head + new String(frame, StandardCharsets.ISO_8859_1)))
                    .startsWith("HTTP/1.1 101 ");
            assertThat(peer.frame().text()).isEqualTo("xxx");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536})
    @Requirement("transport.ws.frames")
    void everyFormOfLengthIsReadAndWritten(int length) throws Exception {
        try (FramePeer peer = open()) {
            FramePeer.Frame answer = peer.send(FramePeer.TEXT, bytes(length)).frame();
            assertThat(answer.head()).isEqualTo(FramePeer.TEXT);
            assertThat(answer.payload()).isEqualTo(bytes(length));
        }
    }

    @Test
    @Requirement("transport.ws.frames")
    void fragmentsAreOneMessageWithPingsBetweenThem() throws Exception {
        try (FramePeer peer = open()) {
            byte[] text = "añb".getBytes(StandardCharsets.UTF_8);
            peer.send(FRAGMENT, new byte[] {text[0], text[1]});
            peer.send(FramePeer.PING, bytes(5));
            peer.send(MORE, new byte[] {text[2]}).send(LAST, new byte[] {text[3]});
            FramePeer.Frame pong = peer.frame();
            assertThat(pong.head()).isEqualTo(FramePeer.PONG);
            assertThat(pong.payload()).isEqualTo(bytes(5));
            assertThat(peer.frame().text()).isEqualTo("añb");
            FramePeer.Frame binary = peer.send(FramePeer.BINARY, bytes(7)).frame();
            assertThat(binary.head()).isEqualTo(FramePeer.BINARY);
        }
    }

    @Test
    @Requirement({"transport.ws.maxmsg", "transport.limits"})
    void aMessageOf16MiBIsTakenAndOneByteMoreIsTooBig() throws Exception {
        int most = 16 << 20;
        try (FramePeer peer = open()) {
            assertThat(peer.send(FramePeer.TEXT, bytes(most)).frame().payload()).hasSize(most);
            peer.send(FRAGMENT, bytes(most - 1));
            assertThat(peer.send(LAST, bytes(1)).frame().payload()).hasSize(most);
            peer.send(FRAGMENT, bytes(most)).send(LAST, bytes(1));
            assertThat(peer.frame().code()).isEqualTo(1009);
            assertThat(peer.isAtEnd()).isTrue();
        }
        try (FramePeer peer = open()) {
            peer.raw(
                    java.util.Arrays.copyOf(FramePeer.masked(FramePeer.TEXT, bytes(most + 1)), 14));
            assertThat(peer.frame().code()).isEqualTo(1009);
            assertThat(peer.isAtEnd()).isTrue();
        }
    }

    @Test
    @Requirement("transport.ws.frames")
    void textThatIsNotUtf8EndsWith1007AndABrokenFrameWith1002() throws Exception {
        try (FramePeer peer = open()) {
            peer.send(FramePeer.TEXT, new byte[] {(byte) 0xc0, (byte) 0xaf});
            assertThat(peer.frame().code()).isEqualTo(1007);
            assertThat(peer.isAtEnd()).isTrue();
        }
        for (byte[] broken :
                List.of(
                        new byte[] {(byte) 0x81, 1, 'x'}, // not masked
                        new byte[] {(byte) 0xc1, (byte) 0x80, 0, 0, 0, 0}, // a reserved bit
                        new byte[] {(byte) 0x83, (byte) 0x80, 0, 0, 0, 0}, // a reserved opcode
                        new byte[] {(byte) 0x80, (byte) 0x80, 0, 0, 0, 0}, // nothing to continue
                        new byte[] {0x09, (byte) 0x80, 0, 0, 0, 0})) { // a ping in pieces
            try (FramePeer peer = open()) {
                assertThat(peer.raw(broken).frame().code()).isEqualTo(1002);
                assertThat(peer.isAtEnd()).isTrue();
            }
        }
        await().untilAsserted(
                        () ->
                                assertThat(
                                                events.stream()
                                                        .filter(
                                                                ConnectionEvent.Malformed.class
                                                                        ::isInstance))
                                        .hasSize(6));
    }

    @Test
    @Requirement("transport.ws")
    void aCloseIsAnsweredWithItsCodeAndThenTheConnectionEnds() throws Exception {
        try (FramePeer peer = open()) {
            FramePeer.Frame answer =
                    peer.send(FramePeer.CLOSE, new byte[] {3, (byte) 0xe8}).frame();
            assertThat(answer.head()).isEqualTo(FramePeer.CLOSE);
            assertThat(answer.code()).isEqualTo(1000);
            assertThat(peer.isAtEnd()).isTrue();
        }
    }

    @Test
    @Requirement("transport.ws.ping")
    void aSilentPeerIsPingedAndGivenUpWhenItDoesNotAnswer() throws Exception {
        withPeer(peer -> peer.withPing(Duration.ofMillis(200)).withIdle(Duration.ofSeconds(4)));
        try (FramePeer silent = open();
                FramePeer alive = open()) {
            for (int i = 0; i < 25; i++) { // a second longer than a silent one may stay
                assertThat(alive.frame().head()).isEqualTo(FramePeer.PING);
                alive.send(FramePeer.PONG, new byte[0]);
            }
            FramePeer.Frame frame = silent.frame();
            while (frame.head() == FramePeer.PING) {
                frame = silent.frame();
            }
            assertThat(frame.head()).isEqualTo(FramePeer.CLOSE);
            assertThat(alive.text("here").frame().text()).isIn("here", "");
        }
        await().untilAsserted(
                        () ->
                                assertThat(events)
                                        .anyMatch(it -> isEnd(it, ConnectionEvent.Reason.IDLE)));
    }

    private static boolean isEnd(Event event, ConnectionEvent.Reason reason) {
        return event instanceof ConnectionEvent.Closed closed && closed.reason() == reason;
    }

    @Test
    @Requirement("transport.ws.backpressure")
    void moreThan100KiBBehindTheMessageBeingWrittenMakesProducersWait() throws Exception {
        try (FramePeer peer = open()) {
            assertThat(peer.text("a").frame().text()).isEqualTo("a");
            Connection connection = endpoint.connections.getFirst();
            byte[] big = bytes(12 << 20);
            connection.send(big, 0, big.length);
            assertThat(connection.awaitWritable(PATIENCE)).isTrue();
            byte[] exactly = bytes((100 << 10) - 10);
            connection.send(exactly, 0, exactly.length);
            assertThat(connection.awaitWritable(Duration.ofMillis(1))).isTrue();
            connection.send(bytes(1), 0, 1);
            threads.run("reader", peer::frame);
            assertThat(connection.awaitWritable(PATIENCE)).isTrue();
            threads.join();
            assertThat(peer.frame().payload()).hasSize(exactly.length);
            assertThat(peer.frame().payload()).hasSize(1);
            assertThat(endpoint.cuts).isEmpty();
        }
    }

    @Test
    @Requirement("transport.ws.backpressure")
    void aPeerThatDoesNotReadIsCut() throws Exception {
        withPeer(peer -> peer.withWrite(Duration.ofSeconds(1)));
        try (FramePeer stalled = open()) {
            assertThat(stalled.text("a").frame().text()).isEqualTo("a");
            Connection connection = endpoint.connections.getFirst(); // the only one so far
            try (FramePeer healthy = open()) {
                byte[] big = bytes(48 << 20);
                connection.send(big, 0, big.length);
                await().atMost(PATIENCE).until(() -> !endpoint.cuts.isEmpty());
                assertThat(healthy.text("well").frame().text()).isEqualTo("well");
            }
        }
    }

    @Test
    @Requirement("transport.ws.stats")
    void messagesAndBytesAreCounted() throws Exception {
        try (FramePeer peer = open()) {
            assertThat(peer.text("abc").frame().text()).isEqualTo("abc");
            peer.send(FRAGMENT, bytes(2)).send(LAST, bytes(2));
            assertThat(peer.frame().text()).isEqualTo("xxxx");
        }
        assertThat(websocket.traffic().messagesIn()).isEqualTo(2);
        assertThat(websocket.traffic().messagesOut()).isEqualTo(2);
        assertThat(websocket.traffic().bytesIn()).isEqualTo(9 + 8 + 8);
        assertThat(websocket.traffic().bytesOut()).isEqualTo(5 + 6);
    }

    @Test
    void aStopSaysSoAndWaitsForTheAnswer() throws Exception {
        try (FramePeer peer = open()) {
            assertThat(peer.text("a").frame().text()).isEqualTo("a");
            server.stopAccepting();
            FramePeer.Frame bye = peer.frame();
            assertThat(bye.head()).isEqualTo(FramePeer.CLOSE);
            assertThat(bye.code()).isEqualTo(1001);
            peer.send(FramePeer.CLOSE, new byte[] {3, (byte) 0xe9});
            assertThat(peer.isAtEnd()).isTrue();
            assertThat(server.close(PATIENCE)).isTrue();
        }
    }
}
