package io.erlmcp.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.McpClient;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.json.JsonObject;
import io.erlmcp.network.EchoEndpoint;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ByteBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate between real peers. */
@Requirement("transport.ws.frames")
class CompressionTest {
    private static final String OFFER =
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    private static final int COMPRESSED = 0x40;
    private static final int FRAGMENT = 0x01;
    private static final int LAST = 0x80;
    private static final int MAX_MESSAGE = 1 << 20;

    private final EchoEndpoint endpoint = new EchoEndpoint();
    private final ByteBudget received = new ByteBudget(8 << 20);
    private final WebSocketServer on = websocket(true);
    private final WebSocketServer off = websocket(false);
    private final HttpServer server =
            HttpServer.start(
                    HttpServerConfig.defaults().withPort(0),
                    List.of(new HttpRoute("/mcp/ws", on), new HttpRoute("/off", off)));

    private WebSocketServer websocket(boolean compresses) {
        return new WebSocketServer(
                WebSocketServerConfig.defaults()
                        .withMaxMessageBytes(MAX_MESSAGE)
                        .withCompression(compresses),
                endpoint,
                Observer.NONE,
                received,
                ByteBudget.eighthOfHeap());
    }

    @AfterEach
    void stop() {
        server.close(Duration.ZERO);
        await().untilAsserted(() -> assertThat(received.usedBytes()).isZero());
    }

    private FramePeer open() throws IOException {
        FramePeer peer = new FramePeer(server.port());
        assertThat(peer.handshake(OFFER))
                .startsWith("HTTP/1.1 101 ")
                .contains("Sec-WebSocket-Extensions: " + DeflateOffer.OFFER + "\r\n");
        return peer;
    }

    private static byte[] text(int count) {
        return "x".repeat(count).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] compressed(byte[] plain) {
        return Objects.requireNonNull(Deflate.compress(plain, 0, plain.length));
    }

    @Test
    void itIsOffUntilItIsTurnedOn() throws Exception {
        assertThat(WebSocketServerConfig.defaults().compresses()).isFalse();
        assertThat(WebSocketClientConfig.of("ws://host/").compresses()).isFalse();
        try (FramePeer peer = new FramePeer(server.port())) {
            String answer =
                    peer.request(
                            "GET /off HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                    + OFFER
                                    + "\r\n");
            assertThat(answer).startsWith("HTTP/1.1 101 ").doesNotContain("Extensions");
            peer.send(FramePeer.TEXT | COMPRESSED, compressed(text(2000)));
            assertThat(peer.frame().code()).isEqualTo(1002);
        }
    }

    @Test
    void compressedAndPlainMessagesMixInPiecesWithPingsBetween() throws Exception {
        try (FramePeer peer = open()) {
            byte[] shorter = compressed(text(5000));
            FramePeer.Frame answer = peer.send(FramePeer.TEXT | COMPRESSED, shorter).frame();
            assertThat(answer.head()).isEqualTo(FramePeer.TEXT | COMPRESSED);
            assertThat(answer.payload()).isEqualTo(shorter);
            assertThat(peer.text("short").frame().text()).isEqualTo("short");

            peer.send(FRAGMENT | COMPRESSED, Arrays.copyOf(shorter, 5));
            peer.send(FramePeer.PING, text(3));
            assertThat(peer.frame().head()).isEqualTo(FramePeer.PONG);
            peer.send(LAST, Arrays.copyOfRange(shorter, 5, shorter.length));
            assertThat(peer.frame().payload()).isEqualTo(shorter);

            peer.send(FramePeer.BINARY | COMPRESSED, shorter);
            assertThat(peer.frame().head()).isEqualTo(FramePeer.BINARY | COMPRESSED);
        }
    }

    @Test
    @Requirement({"transport.ws.maxmsg", "security.parsing"})
    void aMessageIsAsLargeAsTheLimitWhenExpandedAndABombEndsItsOwnConnectionOnly()
            throws Exception {
        try (FramePeer good = open();
                FramePeer bad = open()) {
            byte[] most = compressed(text(MAX_MESSAGE));
            assertThat(good.send(FramePeer.TEXT | COMPRESSED, most).frame().payload())
                    .isEqualTo(most);
            bad.send(FramePeer.TEXT | COMPRESSED, compressed(text(MAX_MESSAGE + 1)));
            assertThat(bad.frame().code()).isEqualTo(1009);
            assertThat(bad.isAtEnd()).isTrue();
            assertThat(good.text("well").frame().text()).isEqualTo("well");
        }
        try (FramePeer bomb = open()) {
            bomb.send(FramePeer.TEXT | COMPRESSED, compressed(new byte[300 << 20]));
            assertThat(bomb.frame().code()).isEqualTo(1009);
        }
        await().untilAsserted(() -> assertThat(received.usedBytes()).isZero());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x20, 0x10, 0x30, 0x60})
    void reservedBitsThatNobodyAgreedOnAreRefused(int bits) throws Exception {
        try (FramePeer peer = open()) {
            peer.send(FramePeer.TEXT | bits, text(1));
            assertThat(peer.frame().code()).isEqualTo(1002);
            assertThat(peer.isAtEnd()).isTrue();
        }
    }

    @Test
    void onlyTheFirstPartOfAMessageSaysThatItIsCompressed() throws Exception {
        try (FramePeer peer = open()) {
            peer.send(FRAGMENT | COMPRESSED, new byte[] {1}).send(LAST | COMPRESSED, new byte[1]);
            assertThat(peer.frame().code()).isEqualTo(1002);
        }
        try (FramePeer peer = open()) {
            peer.send(FramePeer.PING | COMPRESSED, new byte[0]);
            assertThat(peer.frame().code()).isEqualTo(1002);
        }
    }

    @Test
    void brokenDataAndTextThatIsNotUtf8AreRefused() throws Exception {
        byte[] latin = new byte[2000];
        Arrays.fill(latin, (byte) 0xfc);
        for (byte[] bad : List.of(new byte[] {(byte) 0xff, 1, 2, 3}, compressed(latin))) {
            try (FramePeer peer = open()) {
                peer.send(FramePeer.TEXT | COMPRESSED, bad);
                assertThat(peer.frame().code()).isEqualTo(1007);
                assertThat(peer.isAtEnd()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Requirement("transport.ws")
    void aClientThatOffersItSavesBytesAndSpeaksInPlainWhereTheServerDoesNotAgree(boolean agrees) {
        McpServer mcp =
                McpServer.builder("test", "1")
                        .tool(
                                "much",
                                "Says much",
                                (arguments, call) -> CallToolResult.text("ü".repeat(200_000)))
                        .build();
        WebSocketServer websocket =
                new WebSocketServer(
                        WebSocketServerConfig.defaults().withCompression(agrees),
                        mcp.endpoint(),
                        Observer.NONE,
                        ByteBudget.eighthOfHeap(),
                        ByteBudget.eighthOfHeap());
        HttpServer own =
                HttpServer.start(
                        HttpServerConfig.defaults().withPort(0),
                        List.of(new HttpRoute("/mcp/ws", websocket)));
        WebSocketClientConfig config =
                WebSocketClientConfig.of("ws://127.0.0.1:" + own.port() + "/mcp/ws")
                        .withCompression(true);
        try (McpClient client = McpClient.builder(new WebSocketTransport(config)).connect()) {
            JsonObject large = JsonObject.of("text", "y".repeat(100_000));
            assertThat(client.call("much", large).content())
                    .isEqualTo(CallToolResult.text("ü".repeat(200_000)).content());
            if (agrees) {
                assertThat(websocket.traffic().bytesOut()).isLessThan(50_000);
                assertThat(websocket.traffic().bytesIn()).isLessThan(50_000);
            } else {
                assertThat(websocket.traffic().bytesOut()).isGreaterThan(400_000);
            }
        } finally {
            own.close(Duration.ZERO);
            mcp.close();
        }
    }
}
