package io.erlmcp.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.McpClient;
import io.erlmcp.connect.Options;
import io.erlmcp.connect.Target;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.json.JsonObject;
import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.tcp.TcpServer;
import io.erlmcp.tcp.TcpServerConfig;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.TestCertificates;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.TransportException;
import io.erlmcp.websocket.WebSocketServer;
import io.erlmcp.websocket.WebSocketServerConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS in front of every network transport, seen from outside. */
class TlsTest {
    private static final String REQUEST = "GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final TestCertificates authority = new TestCertificates("ca");
    private final TestCertificates.Pair own = authority.server();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final McpServer mcp =
            McpServer.builder("test", "1")
                    .tool("hi", "Says hi", (arguments, call) -> CallToolResult.text("hi"))
                    .tool(
                            "much",
                            "Says much",
                            (arguments, call) -> CallToolResult.text("ü".repeat(1_000_000)))
                    .build();
    private TlsServerConfig tls = TlsServerConfig.of(own.certificate(), own.key());
    private HttpServer http = http();
    private TcpServer tcp = tcp();

    private HttpServer http() {
        WebSocketServer websocket =
                new WebSocketServer(
                        WebSocketServerConfig.defaults(),
                        mcp.endpoint(),
                        events::add,
                        ByteBudget.eighthOfHeap(),
                        ByteBudget.eighthOfHeap());
        return HttpServer.start(
                HttpServerConfig.defaults().withPort(0).withTls(tls),
                List.of(
                        new HttpRoute("/mcp", mcp.endpoint()::handle),
                        new HttpRoute("/mcp/sse", mcp.endpoint()::handleSse),
                        new HttpRoute("/mcp/ws", websocket),
                        new HttpRoute(
                                "/plain",
                                exchange -> {
                                    requests.incrementAndGet();
                                    exchange.respond(204);
                                })),
                events::add);
    }

    private TcpServer tcp() {
        return TcpServer.start(
                TcpServerConfig.tcp("127.0.0.1", 0).withTls(tls),
                mcp.endpoint(),
                events::add,
                ByteBudget.eighthOfHeap(),
                ByteBudget.eighthOfHeap());
    }

    private void restart(TlsServerConfig changed) {
        stopServers();
        tls = changed;
        http = http();
        tcp = tcp();
    }

    private void stopServers() {
        http.close(Duration.ZERO);
        tcp.close(Duration.ZERO);
    }

    @AfterEach
    void stop() {
        stopServers();
        mcp.close();
    }

    private String at(String url) {
        return url.replace(":HTTP", ":" + http.port()).replace(":TCP", ":" + tcp.port());
    }

    private TlsClientConfig trusting() {
        return TlsClientConfig.usual().withAuthorities(authority.authority());
    }

    private void hi(String url, TlsClientConfig client) {
        try (McpClient connected =
                McpClient.builder(Target.url(at(url)).transport(Options.NONE.withTls(client)))
                        .connect()) {
            assertThat(connected.call("hi", JsonObject.EMPTY).content()).hasSize(1);
            assertThat(connected.call("much", JsonObject.EMPTY).content()).hasSize(1);
        }
    }

    private List<String> refusals() {
        return events.stream()
                .filter(ConnectionEvent.HandshakeFailed.class::isInstance)
                .map(it -> ((ConnectionEvent.HandshakeFailed) it).reason())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:HTTP/mcp",
                "https://localhost:HTTP/mcp/sse",
                "wss://127.0.0.1:HTTP/mcp/ws",
                "tcps://127.0.0.1:TCP"
            })
    @Requirement({"transport.tls-all", "transport.http", "transport.sse", "transport.ws"})
    void everyNetworkTransportIsServedOverTlsAndHasAClientForIt(String url) {
        hi(url, trusting());
        assertThat(refusals()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:HTTP/mcp",
                "https://127.0.0.1:HTTP/mcp/sse",
                "wss://127.0.0.1:HTTP/mcp/ws",
                "tcps://127.0.0.1:TCP"
            })
    @Requirement({"transport.tls-all", "security.client"})
    void aServerOfAnUnknownAuthorityOrForAnotherNameIsNotSpokenTo(String url) {
        assertThatThrownBy(() -> hi(url, TlsClientConfig.usual()))
                .isInstanceOf(TransportException.class);
        TestCertificates.Pair elsewhere = authority.elsewhere();
        restart(TlsServerConfig.of(elsewhere.certificate(), elsewhere.key()));
        assertThatThrownBy(() -> hi(url, trusting())).isInstanceOf(TransportException.class);
    }

    @ParameterizedTest
    @CsvSource({"HTTP", "TCP"})
    @Requirement({"transport.tls-all", "security.browser"})
    void plainTextEndsBeforeItsFirstByteIsReadAndIsNotRepeatedInAnEvent(String which)
            throws Exception {
        try (Socket plain = new Socket("127.0.0.1", port(which))) {
            plain.getOutputStream()
                    .write(
                            "GET /plain HTTP/1.1\r\nHost: localhost\r\nX: secret\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(rest(plain), StandardCharsets.US_ASCII))
                    .doesNotContain("HTTP", "jsonrpc");
        }
        assertThat(requests).hasValue(0);
        await().until(() -> refusals().equals(List.of("the peer does not speak TLS")));
        hi("https://127.0.0.1:HTTP/mcp", trusting());
    }

    private int port(String which) {
        return which.equals("HTTP") ? http.port() : tcp.port();
    }

    private static byte[] rest(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            return new byte[0];
        }
    }

    private SSLSocket shake(int port, TlsClientConfig client, SSLParameters rules)
            throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        ClientTls.of(client)
                                .context()
                                .getSocketFactory()
                                .createSocket("127.0.0.1", port);
        socket.setSSLParameters(rules);
        socket.startHandshake();
        return socket;
    }

    @ParameterizedTest
    @CsvSource({"HTTP", "TCP"})
    @Requirement("transport.tls-all")
    void tls12IsRefused(String which) {
        SSLParameters old = new SSLParameters(null, new String[] {"TLSv1.2"});
        assertThatThrownBy(() -> shake(port(which), trusting(), old))
                .isInstanceOf(SSLException.class);
        await().until(() -> refusals().size() == 1);
        assertThat(requests).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_AES_128_GCM_SHA256, true",
        "TLS_AES_256_GCM_SHA384, true",
        "TLS_CHACHA20_POLY1305_SHA256, false"
    })
    @Requirement("transport.tls-all")
    void twoCiphersAreSpokenAndNoOther(String cipher, boolean isSpoken) throws Exception {
        SSLParameters only =
                new SSLParameters(new String[] {cipher}, new String[] {TlsRules.PROTOCOL});
        if (!isSpoken) {
            assertThatThrownBy(() -> shake(http.port(), trusting(), only))
                    .isInstanceOf(SSLException.class);
            return;
        }
        try (SSLSocket socket = shake(http.port(), trusting(), only)) {
            assertThat(socket.getSession().getCipherSuite()).isEqualTo(cipher);
            socket.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(12))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("HTTP/1.1 204");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:HTTP/mcp",
                "wss://127.0.0.1:HTTP/mcp/ws",
                "tcps://127.0.0.1:TCP"
            })
    @Requirement({"transport.tls-all", "security.browser"})
    void whoMustShowACertificateGetsNowhereWithoutAGoodOne(String url) {
        restart(tls.withClientAuthorities(authority.authority()));
        TestCertificates.Pair good = authority.client("ada");
        hi(url, trusting().withCertificate(good.certificate(), good.key()));
        assertThat(refusals()).isEmpty();

        TestCertificates.Pair foreign = new TestCertificates("ca").client("ada");
        TestCertificates.Pair late = authority.expired("ada");
        Set<TlsClientConfig> bad = new HashSet<>();
        bad.add(trusting());
        bad.add(trusting().withCertificate(foreign.certificate(), foreign.key()));
        bad.add(trusting().withCertificate(late.certificate(), late.key()));
        for (TlsClientConfig client : bad) {
            assertThatThrownBy(() -> hi(url, client)).isInstanceOf(TransportException.class);
        }
        await().until(() -> refusals().size() >= bad.size());
        assertThat(requests).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({"HTTP", "TCP"})
    @Requirement("transport.tls-all")
    void aHandshakeThatIsNotCompleteInTimeIsEnded(String which) throws Exception {
        restart(tls.withHandshake(Duration.ofMillis(200)));
        try (Socket silent = new Socket("127.0.0.1", port(which));
                Socket slow = new Socket("127.0.0.1", port(which))) {
            slow.getOutputStream().write(new byte[] {22, 3, 1, 1, 0});
            assertThat(rest(silent)).isEmpty();
            assertThat(rest(slow).length).isLessThan(100);
        }
        await().until(() -> refusals().size() == 2);
    }

    @Test
    void aStopDoesNotWaitForThoseWhoNeverShookHands() throws Exception {
        try (Socket silent = new Socket("127.0.0.1", http.port());
                Socket other = new Socket("127.0.0.1", tcp.port())) {
            await().until(() -> http.openConnections() == 1 && tcp.openConnections() == 1);
            assertThat(http.close(Duration.ofSeconds(20))).isTrue();
            assertThat(tcp.close(Duration.ofSeconds(20))).isTrue();
            assertThat(rest(silent)).isEmpty();
            assertThat(rest(other)).isEmpty();
        }
    }

    @Test
    @Requirement("transport.tls-all")
    void whatAPeerEndsWithAndWhatComesBrokenLeavesTheServerWell() throws Exception {
        try (SSLSocket socket =
                shake(tcp.port(), trusting(), ClientTls.of(trusting()).parameters())) {
            socket.getOutputStream()
                    .write(
                            """
                            {"jsonrpc":"2.0","id":1,"method":"ping"}
                            """
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(rest(socket)).asString(StandardCharsets.US_ASCII).contains("\"id\":1");
        }
        try (Socket raw = new Socket("127.0.0.1", tcp.port())) {
            ClientTls.of(trusting()).over(raw, "127.0.0.1", tcp.port());
            raw.getOutputStream().write(new byte[] {23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9});
            raw.getOutputStream().write(new byte[30]);
            rest(raw);
        }
        await().until(() -> tcp.openConnections() == 0);
        assertThat(events).noneMatch(ConnectionEvent.HandlerFailed.class::isInstance);
    }
}
