package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.network.EngineConfig;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement({"transport.http", "transport.limits", "security.parsing"})
class HttpLimitsTest {
    private static final int LINE = 100;
    private static final int HEADERS = 200;
    private static final int BODY = 1000;

    private static TestServer server() throws Exception {
        return TestServer.start(
                TestServer.limits(
                        limits ->
                                limits.withMaxRequestLineBytes(LINE)
                                        .withMaxHeaderBytes(HEADERS)
                                        .withMaxHeaders(5)
                                        .withMaxBodyBytes(BODY)));
    }

    private static String requestWithLine(int lineBytes) {
        String start = "POST /echo?";
        String end = " HTTP/1.1";
        return start
                + "q".repeat(lineBytes - start.length() - end.length())
                + end
                + "\r\nHost: localhost\r\n\r\n";
    }

    private static String requestWithHeaders(int headerBytes) {
        String start = "Host: localhost\r\nX: ";
        return "POST /echo HTTP/1.1\r\n"
                + start
                + "v".repeat(headerBytes - start.length() - 2)
                + "\r\n\r\n";
    }

    @Test
    void theRequestLineIsBounded() throws Exception {
        try (var server = server()) {
            assertThat(server.ask(requestWithLine(LINE)).status()).isEqualTo(200);
            var answer = server.ask(requestWithLine(LINE + 1));
            assertThat(answer.status()).isEqualTo(414);
            assertThat(answer.text())
                    .isEqualTo("{\"error\": \"request line is longer than 100 bytes\"}");
            assertThat(server.ask("P".repeat(LINE + 2)).status()).isEqualTo(414);
        }
    }

    @Test
    void theHeadersAreBounded() throws Exception {
        try (var server = server()) {
            assertThat(server.ask(requestWithHeaders(HEADERS)).status()).isEqualTo(200);
            assertThat(server.ask(requestWithHeaders(HEADERS + 1)).status()).isEqualTo(431);
            String endless = "POST /echo HTTP/1.1\r\nX: " + "v".repeat(HEADERS);
            assertThat(server.ask(endless).status()).isEqualTo(431);
        }
    }

    @Test
    void theNumberOfHeadersIsBounded() throws Exception {
        try (var server = server()) {
            String start = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
            assertThat(server.ask(start + "A: 1\r\n".repeat(4) + "\r\n").status()).isEqualTo(200);
            assertThat(server.ask(start + "A: 1\r\n".repeat(5) + "\r\n").status()).isEqualTo(431);
        }
    }

    @Test
    void aBodyWithContentLengthIsBoundedBeforeItIsRead() throws Exception {
        try (var server = server()) {
            assertThat(server.ask(TestServer.post("/echo", "b".repeat(BODY))).text()).hasSize(BODY);
            var answer =
                    server.ask(
                            "POST /echo HTTP/1.1\r\n"
                                    + "Host: localhost\r\n"
                                    + "Content-Length: 1001\r\n\r\n");
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.text()).contains("Content-Length is 1001").contains("1000");
            assertThat(answer.header("connection")).isEqualTo("close");
        }
    }

    @Test
    void aChunkedBodyIsBoundedAsItArrives() throws Exception {
        try (var server = server()) {
            String start =
                    "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
            String half = "1f4\r\n" + "c".repeat(500) + "\r\n";
            assertThat(server.ask(start + half + half + "0\r\n\r\n").text()).hasSize(BODY);
            assertThat(server.ask(start + half + half + "1\r\nx").status()).isEqualTo(413);
            assertThat(server.ask(start + "3e9\r\n" + "c".repeat(1001)).status()).isEqualTo(413);
            String trailers = "0\r\n" + "T: 1\r\n".repeat(50);
            assertThat(server.ask(start + half + trailers).status()).isEqualTo(431);
        }
    }

    @Test
    void aDecompressedBodyIsBoundedToo() throws Exception {
        try (var server = server()) {
            for (int over = 0; over <= 1; over++) {
                byte[] body = HttpExchangeTest.gzip(new byte[BODY + over]);
                try (var client = server.connect()) {
                    client.send(
                            "POST /echo HTTP/1.1\r\n"
                                    + "Host: localhost\r\n"
                                    + "Content-Encoding: gzip\r\n"
                                    + "Content-Length: "
                                    + body.length
                                    + "\r\n\r\n");
                    client.send(body);
                    assertThat(client.answer().status()).isEqualTo(over == 0 ? 200 : 413);
                }
            }
        }
    }

    @Test
    void aBombOfManyMegabytesIsRefusedWithinTheBudget() throws Exception {
        byte[] bomb = HttpExchangeTest.gzip(new byte[200 << 20]);
        try (var server = TestServer.start();
                var client = server.connect()) {
            client.send(
                    "POST /echo HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "Content-Encoding: gzip\r\n"
                            + "Content-Length: "
                            + bomb.length
                            + "\r\n\r\n");
            client.sendQuietly(bomb);
            assertThat(client.answer().status()).isEqualTo(413);
            await().untilAsserted(() -> assertThat(server.received.usedBytes()).isZero());
        }
    }

    @Test
    void otherEncodingsAndBrokenGzipAreRefused() throws Exception {
        try (var server = server()) {
            assertThat(
                            server.ask(TestServer.post("/echo", "x", "Content-Encoding: br\r\n"))
                                    .status())
                    .isEqualTo(415);
            assertThat(
                            server.ask(
                                            TestServer.post(
                                                    "/echo",
                                                    "no gzip",
                                                    "Content-Encoding: gzip\r\n"))
                                    .status())
                    .isEqualTo(400);
            assertThat(server.ask(TestServer.post("/echo", "x", "Expect: miracles\r\n")).status())
                    .isEqualTo(417);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Requirement("transport.conn-max")
    void atTheConnectionLimitTheNextOneWaitsUntilOneCloses(boolean preferNative) throws Exception {
        try (var server =
                TestServer.start(
                        config ->
                                config.withLimits(config.limits().withMaxConnections(3))
                                        .withEngine(new EngineConfig(preferNative, 2, 128)))) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                clients.add(server.connect());
                clients.getLast().send(TestServer.post("/echo", "c" + i));
            }
            for (int i = 0; i < 3; i++) {
                assertThat(clients.get(i).answer().text()).isEqualTo("c" + i);
            }
            assertThat(server.server.openConnections()).isEqualTo(3);
            assertThat(server.heard(HttpEvent.AcceptPaused.class)).hasSize(1);
            clients.get(0).close();
            assertThat(clients.get(3).answer().text()).isEqualTo("c3");
            assertThat(server.heard(HttpEvent.AcceptResumed.class)).hasSize(1);
            clients.get(1).close();
            assertThat(clients.get(4).answer().text()).isEqualTo("c4");
            assertThat(server.heard(HttpEvent.ConnectionOpened.class))
                    .allSatisfy(opened -> assertThat(opened.open()).isLessThanOrEqualTo(3));
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void anAnswerThatThereIsNoRoomForIsLeftOutAndSaysWhy() throws Exception {
        try (var server = TestServer.start(config -> config, TestServer::echo, 40_000)) {
            server.unsent.charge(30_000);
            var refused = server.ask(TestServer.post("/echo", "x".repeat(16 * 1024 + 1)));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("the server holds too many unsent bytes");
            server.unsent.release(30_000);
            assertThat(server.ask(TestServer.post("/echo", "x".repeat(16 * 1024 + 1))).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void bytesPartlyReceivedAreBoundedOverAllConnections() throws Exception {
        try (var server = TestServer.start(config -> config, TestServer::echo, 10_000)) {
            String start = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n";
            try (var first = server.connect()) {
                first.send(start + "x".repeat(8000));
                await().until(() -> server.received.usedBytes() >= 8000);
                var refused = server.ask(start + "x".repeat(8000));
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("retry-after")).isEqualTo("1");
                first.send("x".repeat(1000));
                assertThat(first.answer().text()).hasSize(9000);
            }
            await().untilAsserted(() -> assertThat(server.received.usedBytes()).isZero());
            assertThat(server.ask(start + "x".repeat(9000)).status()).isEqualTo(200);
        }
    }

    @Test
    void aConfigurationOutOfRangeIsRefusedByName() {
        var limits = HttpServerConfig.Limits.defaults();
        assertThatThrownBy(() -> limits.withMaxConnections(0))
                .hasMessage("maxConnections is 0, must be at least 1");
        assertThatThrownBy(() -> limits.withMaxHeaderBytes(60_000))
                .hasMessageContaining("must be at most 60000");
        assertThatThrownBy(() -> HttpServerConfig.defaults().withPort(65_536))
                .hasMessageContaining("65536");
        assertThatThrownBy(() -> HttpServerConfig.Timeouts.defaults().withIdle(Duration.ZERO))
                .hasMessageContaining("idle");
        assertThatThrownBy(() -> HttpServerConfig.Access.loopback().plusOrigins(List.of("*")))
                .hasMessageContaining("wildcard");
    }
}
