package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.network.EngineConfig;
import io.erlmcp.runtime.Threads;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement("transport.http")
class HttpExchangeTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEchoTravelsOverEpollAndOverNio(boolean preferNative) throws Exception {
        try (var server =
                TestServer.start(
                        config -> config.withEngine(new EngineConfig(preferNative, 2, 128)))) {
            var answer = server.ask(TestServer.post("/echo", "{\"a\":1}"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("{\"a\":1}");
            assertThat(answer.header("content-type")).isEqualTo("application/json");
            assertThat(answer.header("date")).endsWith("GMT");
        }
    }

    @Test
    void aConnectionCarriesManyRequests() throws Exception {
        try (var server = TestServer.start();
                var client = server.connect()) {
            for (int i = 0; i < 100; i++) {
                client.send(TestServer.post("/echo", "n" + i));
                assertThat(client.answer().text()).isEqualTo("n" + i);
            }
            assertThat(server.server.openConnections()).isEqualTo(1);
        }
    }

    @Test
    void connectionCloseAndHttp10EndTheConnection() throws Exception {
        try (var server = TestServer.start()) {
            for (String request :
                    List.of(
                            TestServer.post("/echo", "x", "Connection: close\r\n"),
                            "POST /echo HTTP/1.0\r\nContent-Length: 1\r\n\r\nx")) {
                try (var client = server.connect()) {
                    client.send(request);
                    var answer = client.answer();
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.header("connection")).isEqualTo("close");
                    assertThat(client.isClosedByServer()).isTrue();
                }
            }
        }
    }

    @Test
    void everyPartOfTheRequestReachesTheHandler() throws Exception {
        AtomicReference<HttpExchange> seen = new AtomicReference<>();
        HttpHandler handler =
                exchange -> {
                    seen.set(exchange);
                    exchange.respond(204);
                };
        try (var server = TestServer.start(config -> config, handler)) {
            var answer =
                    server.ask(
                            "DELETE /mcp?a=b HTTP/1.1\r\n"
                                    + "Host: localhost\r\n"
                                    + "X-One: \t 1 \r\n"
                                    + "x-ONE:2\r\n"
                                    + "X-Empty:\r\n"
                                    + "Authorization: Bearer t\r\n\r\n");
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.headers()).doesNotContainKey("content-length");
            HttpExchange exchange = seen.get();
            assertThat(exchange.method()).isEqualTo("DELETE");
            assertThat(exchange.path()).isEqualTo("/mcp");
            assertThat(exchange.query()).isEqualTo("a=b");
            assertThat(exchange.header("x-one")).isEqualTo("1");
            assertThat(exchange.headers("X-ONE")).containsExactly("1", "2");
            assertThat(exchange.header("x-empty")).isEmpty();
            assertThat(exchange.header("x-none")).isNull();
            assertThat(exchange.headerNames())
                    .containsExactly("host", "x-one", "x-one", "x-empty", "authorization");
            assertThat(exchange.body()).isEmpty();
            assertThat(exchange.evidence().transport()).isEqualTo("http");
            assertThat(exchange.evidence().remoteAddress()).isEqualTo("127.0.0.1");
            assertThat(exchange.evidence().headers()).containsOnlyKeys("authorization");
        }
    }

    @Test
    void anotherThreadMayAnswer() throws Exception {
        HttpHandler handler =
                exchange -> Threads.startVirtual("test", () -> TestServer.echo(exchange));
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            for (int i = 0; i < 50; i++) {
                client.send(TestServer.post("/mcp", "late" + i));
                assertThat(client.answer().text()).isEqualTo("late" + i);
            }
        }
    }

    @Test
    void aSecondAnswerIsTheCallersBug() throws Exception {
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        HttpHandler handler =
                exchange -> {
                    exchange.respond(200);
                    try {
                        exchange.respond(200);
                    } catch (IllegalStateException failure) {
                        thrown.add(failure);
                    }
                };
        try (var server = TestServer.start(config -> config, handler)) {
            assertThat(server.ask(TestServer.post("/mcp", "x")).status()).isEqualTo(200);
            assertThat(thrown.poll(10, TimeUnit.SECONDS))
                    .hasMessageContaining("POST /mcp was answered before");
        }
    }

    @Test
    @Requirement("security.parsing")
    void aHandlerThatThrowsGivesAnOpaqueError() throws Exception {
        HttpHandler handler =
                exchange -> {
                    throw new IllegalStateException("secret");
                };
        try (var server = TestServer.start(config -> config, handler)) {
            var answer = server.ask(TestServer.post("/mcp", "x"));
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).isEqualTo("{\"error\": \"internal error\"}");
            assertThat(server.heard(HttpEvent.HandlerFailed.class)).hasSize(1);
        }
    }

    @Test
    @Requirement("security.parsing")
    void aResponseHeaderCannotSplitTheAnswer() throws Exception {
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        HttpHandler handler =
                exchange -> {
                    try {
                        exchange.respond(200, List.of("X-A", "b\r\nX-Evil: 1"), new byte[0]);
                    } catch (IllegalArgumentException failure) {
                        thrown.add(failure);
                        exchange.respond(400);
                    }
                };
        try (var server = TestServer.start(config -> config, handler)) {
            assertThat(server.ask(TestServer.post("/mcp", "x")).status()).isEqualTo(400);
            assertThat(thrown).hasSize(1);
        }
    }

    @Test
    void headIsAnsweredWithoutABody() throws Exception {
        HttpHandler handler = exchange -> exchange.respond(200, List.of(), new byte[5]);
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            client.send("HEAD /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.answer("HEAD").header("content-length")).isEqualTo("5");
            client.send(TestServer.post("/echo", "next"));
            assertThat(client.answer().text()).isEqualTo("next");
        }
    }

    @Test
    @Requirement("transport.http.inflight")
    void pipelinedRequestsAreHandledOneAtATimeAndAnsweredInOrder() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        HttpHandler handler =
                exchange -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Threads.startVirtual(
                            "test",
                            () -> {
                                running.decrementAndGet();
                                TestServer.echo(exchange);
                            });
                };
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 2000; i++) {
                all.append(TestServer.post(i % 3 == 0 ? "/echo" : "/mcp", "p" + i));
            }
            Thread sender =
                    Threads.startVirtual(
                            "sender", () -> client.sendQuietly(Ascii.bytes(all.toString())));
            for (int i = 0; i < 2000; i++) {
                assertThat(client.answer().text()).isEqualTo("p" + i);
            }
            sender.join();
            assertThat(most.get()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(server.received.usedBytes()).isZero());
        }
    }

    @Test
    void requestsMayArriveByteByByte() throws Exception {
        try (var server = TestServer.start();
                var client = server.connect()) {
            for (String request :
                    List.of(
                            TestServer.post("/echo", "slow"),
                            "POST /echo HTTP/1.1\r\n"
                                    + "Host: localhost\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\n"
                                    + "2;x=y\r\n"
                                    + "sl\r\n"
                                    + "2\r\n"
                                    + "ow\r\n"
                                    + "0\r\n"
                                    + "T: 1\r\n\r\n")) {
                for (byte b : Ascii.bytes(request)) {
                    client.send(new byte[] {b});
                }
                assertThat(client.answer().text()).isEqualTo("slow");
            }
        }
    }

    @Test
    void expectContinueIsHonouredAfterTheChecks() throws Exception {
        try (var server = TestServer.start();
                var client = server.connect()) {
            client.send(
                    "POST /echo HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "Expect: 100-continue\r\n"
                            + "Content-Length: 2\r\n\r\n");
            assertThat(client.line()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(client.line()).isEmpty();
            client.send("ok");
            assertThat(client.answer().text()).isEqualTo("ok");
            client.send(
                    "POST /no HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "Expect: 100-continue\r\n"
                            + "Content-Length: 2\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(404);
        }
    }

    @Test
    void gzippedBodiesAreDecompressed() throws Exception {
        try (var server = TestServer.start();
                var client = server.connect()) {
            byte[] body = gzip("hello".repeat(1000).getBytes(StandardCharsets.UTF_8));
            client.send(
                    "POST /echo HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "Content-Encoding: gzip\r\n"
                            + "Content-Length: "
                            + body.length
                            + "\r\n\r\n");
            client.send(body);
            assertThat(client.answer().text()).isEqualTo("hello".repeat(1000));
            client.send(TestServer.post("/echo", "on"));
            assertThat(client.answer().text()).isEqualTo("on");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Requirement("security.modern")
    void aPeerThatLeavesIsNoticedWhileItsRequestRuns(boolean reset) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        AtomicInteger left = new AtomicInteger();
        List<HttpExchange> exchanges = new ArrayList<>();
        HttpHandler handler =
                exchange -> {
                    exchange.onDisconnect(left::incrementAndGet);
                    exchange.onDisconnect(left::incrementAndGet);
                    exchanges.add(exchange);
                    arrived.countDown();
                };
        try (var server = TestServer.start(config -> config, handler)) {
            var client = server.connect();
            client.send(TestServer.post("/mcp", "x"));
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
            if (reset) {
                client.reset();
            } else {
                client.close();
            }
            await().untilAsserted(() -> assertThat(left).hasValue(2));
            HttpExchange exchange = exchanges.getFirst();
            exchange.onDisconnect(left::incrementAndGet);
            await().untilAsserted(() -> assertThat(left).hasValue(3));
            exchange.respond(200);
            exchange.respond(200);
        }
    }

    @Test
    void nobodyHearsOfAPeerThatLeavesAfterItsAnswer() throws Exception {
        AtomicInteger left = new AtomicInteger();
        HttpHandler handler =
                exchange -> {
                    exchange.onDisconnect(left::incrementAndGet);
                    exchange.respond(200);
                };
        try (var server = TestServer.start(config -> config, handler)) {
            server.ask(TestServer.post("/mcp", "x"));
            await().until(() -> !server.heard(HttpEvent.ConnectionClosed.class).isEmpty());
            assertThat(left).hasValue(0);
            assertThat(server.heard(HttpEvent.ConnectionClosed.class).getFirst().reason())
                    .isEqualTo(HttpEvent.CloseReason.PEER);
        }
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
