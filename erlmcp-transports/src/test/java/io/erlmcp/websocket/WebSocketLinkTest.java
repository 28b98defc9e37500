package io.erlmcp.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.testing.BrokenReceiver;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.TransportException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's side of RFC 6455, against a server that sends exactly the bytes it is told to. */
@Requirement({"transport.ws.frames", "R18"})
class WebSocketLinkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension final SideThreads threads = new SideThreads();

    private final ServerSocket listener;
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<TransportException> ends = new CopyOnWriteArrayList<>();
    private final ClientReceiver receiver =
            new ClientReceiver() {
                @Override
                public boolean message(byte[] message, @Nullable RequestId of) {
                    return messages.add(new String(message, StandardCharsets.UTF_8));
                }

                @Override
                public void failed(RequestId id, TransportException failure) {
                    ends.add(failure);
                }

                @Override
                public void closed(TransportException failure) {
                    ends.add(failure);
                }

                @Override
                public void sessionLost(TransportException failure) {
                    ends.add(failure);
                }

                @Override
                public void observed(Event event) {}
            };

    WebSocketLinkTest() throws IOException {
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
    }

    /** The server's end of one connection. */
    private interface Script {
        void run(DataInputStream in, OutputStream out) throws IOException;
    }

    private void serve(Script script) {
        threads.run(
                "server",
                () -> {
                    try (Socket socket = listener.accept()) {
                        socket.setSoTimeout(20_000);
                        script.run(
                                new DataInputStream(socket.getInputStream()),
                                socket.getOutputStream());
                    } catch (EOFException | SocketException gone) {
                        // The link ended the connection, which each test looks at from its side.
                    }
                });
    }

    private static String head(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    private static void accept(DataInputStream in, OutputStream out, String more)
            throws IOException {
        String key = head(in).replaceAll("(?s).*Sec-WebSocket-Key: ([^\r]*)\r.*", "$1");
        out.write(
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"
                                + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: "
                                + Handshake.accept(key)
                                + "\r\n"
                                + more
                                + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** The payload of the client's next frame, which must be masked. */
    private static byte[] frame(DataInputStream in, int head) throws IOException {
        assertThat(in.readUnsignedByte()).isEqualTo(head);
        int length = in.readUnsignedByte();
        assertThat(length).isGreaterThan(0x7f);
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length & 0x7f);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return payload;
    }

    private WebSocketClientConfig config() {
        return WebSocketClientConfig.of("ws://127.0.0.1:" + listener.getLocalPort() + "/a?b=c")
                .withMaxMessageBytes(100);
    }

    private WebSocketLink open(WebSocketClientConfig config) {
        return WebSocketLink.open(config, null, receiver);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    @Requirement("transport.ws")
    void theHandshakeAsksAsTheRfcSaysAndFramesBehindTheAnswerAreNotLost() {
        List<String> heads = new CopyOnWriteArrayList<>();
        serve(
                (in, out) -> {
                    String asked = head(in);
                    heads.add(asked);
                    String key = asked.replaceAll("(?s).*Sec-WebSocket-Key: ([^\r]*)\r.*", "$1");
                    out.write(
                            ("HTTP/1.1 101 x\r\nupgrade:websocket\r\nconnection:Upgrade\r\n"
                                            + "sec-websocket-accept: "
                                            + Handshake.accept(key)
                                            + "\r\n\r\n\u0081\u0002hi")
                                    .getBytes(StandardCharsets.ISO_8859_1));
                    head(in);
                });
        WebSocketLink link = open(config().withHeader("X-Key", "k"));
        await().until(() -> messages.equals(List.of("hi")));
        assertThat(heads.getFirst())
                .startsWith("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:" + listener.getLocalPort())
                .contains("Sec-WebSocket-Version: 13\r\n", "Sec-WebSocket-Protocol: mcp\r\n")
                .contains("\r\nX-Key: k\r\n")
                .doesNotContain("Extensions");
        link.stop();
    }

    @Test
    @Requirement("transport.ws.ping")
    void aSilentServerIsPingedAndGivenUpWhenItDoesNotAnswer() {
        CountDownLatch answered = new CountDownLatch(1);
        serve(
                (in, out) -> {
                    accept(in, out, "");
                    // in the middle of a frame, which is not lost by it
                    out.write(bytes(0x81, 2, 'h'));
                    assertThat(frame(in, 0x89)).isEmpty();
                    out.write(bytes('i', 0x8a, 0));
                    assertThat(frame(in, 0x89)).isEmpty();
                    answered.countDown();
                    assertThat(in.read()).isNegative();
                });
        WebSocketLink link = open(config().withPing(Duration.ofSeconds(2)));
        await().until(() -> messages.equals(List.of("hi")));
        await().atMost(PATIENCE).until(() -> answered.getCount() == 0);
        await().atMost(PATIENCE).until(() -> ends.size() == 1);
        assertThat(ends.getFirst()).hasMessageContaining("the server does not answer pings");
        link.stop();
    }

    @Test
    @Requirement("transport.reconnect")
    void aReceiverThatFailsAtAMessageHasLostItsConnection() {
        serve(
                (in, out) -> {
                    accept(in, out, "");
                    out.write(bytes(0x81, 2, '{', '}'));
                    assertThat(in.read()).isNegative();
                });
        BrokenReceiver broken = new BrokenReceiver();
        WebSocketLink link = WebSocketLink.open(config(), null, broken);
        await().dontCatchUncaughtExceptions().until(() -> broken.ends().size() == 1);
        assertThat(broken.ends().getFirst()).contains(BrokenReceiver.FAULT);
        link.stop();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HTTP/1.1 200 OK|HTTP status 200",
                "HTTP/1.1 401 No|HTTP status 401",
                "SSH-2.0-x|does not speak HTTP",
                "HTTP/1.1 101 x|has no upgrade: websocket"
            })
    void anAnswerThatDoesNotSwitchIsRefused(String status, String why) {
        serve(
                (in, out) -> {
                    head(in);
                    out.write((status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                });
        assertThatThrownBy(() -> open(config()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Protocol: other\r\n",
                "Sec-WebSocket-Extensions: permessage-deflate\r\n",
                "Sec-WebSocket-Accept: twice\r\n"
            })
    void anAnswerToAnotherQuestionIsRefused(String more) {
        serve((in, out) -> accept(in, out, more));
        assertThatThrownBy(() -> open(config())).isInstanceOf(TransportException.class);
    }

    @Test
    void anAnswerWithoutEndIsGivenUp() {
        serve(
                (in, out) -> {
                    head(in);
                    out.write("HTTP/1.1 101 x\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.write("x".repeat(20_000).getBytes(StandardCharsets.US_ASCII));
                    in.read();
                });
        assertThatThrownBy(() -> open(config()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("more than 16384 bytes");
    }

    @Test
    @Requirement("transport.ws.ping")
    void pingsAreAnsweredPartsArePutTogetherAndAStopSaysGoodbye() throws Exception {
        List<String> answers = new CopyOnWriteArrayList<>();
        serve(
                (in, out) -> {
                    accept(in, out, "Sec-WebSocket-Protocol: mcp\r\n");
                    out.write(bytes(0x01, 2, 'a', 0xc3, 0x89, 1, 'p', 0x80, 2, 0xb1, 'b'));
                    answers.add(new String(frame(in, 0x8a), StandardCharsets.US_ASCII));
                    byte[] close = frame(in, 0x88);
                    answers.add(String.valueOf((close[0] & 0xff) << 8 | close[1] & 0xff));
                    out.write(bytes(0x88, 2, 3, 0xe8));
                });
        WebSocketLink link = open(config());
        await().until(() -> messages.equals(List.of("añb")));
        link.stop();
        threads.join();
        assertThat(answers).containsExactly("p", "1000");
        assertThat(ends).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'129,129,0,0,0,0,1', 1002", // masked
        "'193,0', 1002", // compressed, which nobody offered
        "'131,0', 1002", // an unknown kind
        "'128,0', 1002", // a part of nothing
        "'9,0', 1002", // a ping in parts
        "'137,126,0,126', 1002", // a long ping
        "'136,1,3', 1002", // a close with half a code
        "'136,2,3,237', 1002", // a close with a code that is never sent
        "'129,1,255', 1007", // no UTF-8
        "'129,126,0,101', 1009", // too large
        "'129,127,255,255,255,255,255,255,255,255', 1002" // a negative length
    })
    @Requirement({"transport.ws.maxmsg", "security.client"})
    void whatBreaksARuleEndsTheConnectionWithItsCode(String sent, int code) throws Exception {
        List<Integer> codes = new CopyOnWriteArrayList<>();
        int[] values =
                java.util.Arrays.stream(sent.split(",", -1)).mapToInt(Integer::parseInt).toArray();
        serve(
                (in, out) -> {
                    accept(in, out, "");
                    out.write(bytes(values));
                    byte[] close = frame(in, 0x88);
                    codes.add((close[0] & 0xff) << 8 | close[1] & 0xff);
                });
        WebSocketLink link = open(config());
        await().until(() -> ends.size() == 1 && codes.size() == 1);
        assertThat(codes).containsExactly(code);
        assertThat(ends.getFirst().kind())
                .isEqualTo(
                        code == 1009
                                ? TransportException.Kind.LIMIT
                                : TransportException.Kind.BROKEN);
        link.stop();
    }

    @Test
    @Requirement({"transport.ws.maxmsg", "transport.limits"})
    void aMessageIsAsLargeAsTheLimitInOnePartOrMore() {
        serve(
                (in, out) -> {
                    accept(in, out, "");
                    out.write(bytes(0x81, 100));
                    out.write(new byte[100]);
                    out.write(bytes(0x01, 60));
                    out.write(new byte[60]);
                    out.write(bytes(0x80, 40));
                    out.write(new byte[40]);
                    out.write(bytes(0x01, 60));
                    out.write(new byte[60]);
                    out.write(bytes(0x80, 41));
                    in.read();
                });
        WebSocketLink link = open(config());
        await().until(() -> ends.size() == 1);
        assertThat(messages).hasSize(2).allMatch(it -> it.length() == 100);
        assertThat(ends.getFirst()).hasMessageContaining("more than 100 bytes");
        link.stop();
    }

    @ParameterizedTest
    @CsvSource({"Host, x", "Sec-WebSocket-Key, x", "Bad Name, x", "X-Key, 'a\r\nb'", "'', x"})
    @Requirement("security.client")
    void headersThatWouldChangeTheHandshakeAreRefusedWithoutTheirValue(String name, String value) {
        assertThatThrownBy(() -> config().withHeader(name, value))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
