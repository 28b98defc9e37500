package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.network.EngineConfig;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.HttpHandler;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@Requirement({"transport.http", "R13", "R19"})
class HttpShutdownTest {
    @Test
    void whatIsInProgressIsAnsweredAndNothingNewBegins() throws Exception {
        BlockingQueue<HttpExchange> waiting = new LinkedBlockingQueue<>();
        HttpHandler handler = waiting::add;
        try (var server = TestServer.start(config -> config, handler);
                var busy = server.connect();
                var idle = server.connect()) {
            idle.send(TestServer.post("/echo", "x"));
            idle.answer();
            busy.send(TestServer.post("/mcp", "x"));
            HttpExchange exchange = waiting.take();
            server.server.stopAccepting();
            assertThatThrownBy(server::connect).isInstanceOf(ConnectException.class);
            assertThat(idle.rest()).isEmpty();
            var closed =
                    CompletableFuture.supplyAsync(
                            () -> server.server.close(Duration.ofSeconds(20)));
            exchange.respond(200);
            var answer = busy.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(closed.join()).isTrue();
            assertThat(server.server.openConnections()).isZero();
        }
    }

    @Test
    void aRequestThatComesWhileDrainingIsAnsweredAndEndsItsConnection() throws Exception {
        BlockingQueue<HttpExchange> waiting = new LinkedBlockingQueue<>();
        HttpHandler handler = waiting::add;
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            client.send(TestServer.post("/mcp", "x"));
            HttpExchange first = waiting.take();
            first.respond(200);
            assertThat(client.answer().headers()).doesNotContainKey("connection");
            client.send(TestServer.post("/mcp", "x"));
            HttpExchange second = waiting.take();
            server.server.stopAccepting();
            second.respond(202);
            assertThat(client.answer().header("connection")).isEqualTo("close");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void whatHadArrivedBeforeIsAnsweredHoweverBusyTheLoopWas() throws Exception {
        CountDownLatch isBusy = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        HttpHandler busy =
                exchange -> {
                    isBusy.countDown();
                    await().until(() -> goesOn.getCount() == 0);
                    TestServer.echo(exchange);
                };
        var oneLoop = new EngineConfig(true, 1, 128);
        try (var server = TestServer.start(config -> config.withEngine(oneLoop), busy);
                var blocking = server.connect();
                var idle = server.connect()) {
            idle.send(TestServer.post("/echo", "x"));
            idle.answer();
            blocking.send(TestServer.post("/mcp", "x"));
            isBusy.await();
            idle.send(TestServer.post("/echo", "from one that was idle"));
            try (var unaccepted = server.connect()) {
                unaccepted.send(TestServer.post("/echo", "from one that nobody accepted"));
                var stopped = CompletableFuture.runAsync(server.server::stopAccepting);
                // longer than a connection may be idle while the server drains
                await().pollDelay(Duration.ofMillis(400)).until(() -> true);
                goesOn.countDown();

                assertThat(blocking.answer().status()).isEqualTo(200);
                assertThat(idle.answer().text()).isEqualTo("from one that was idle");
                assertThat(unaccepted.answer().text()).isEqualTo("from one that nobody accepted");
                stopped.join();
                assertThatThrownBy(server::connect).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void whatDoesNotEndWithinTheGraceIsCut() throws Exception {
        BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
        HttpHandler handler = exchange -> streams.add(exchange.openStream(List.of()));
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            client.send(TestServer.post("/mcp", "x"));
            client.answer();
            assertThat(server.server.close(Duration.ofMillis(100))).isFalse();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(streams.take().isOpen()).isFalse();
            await().untilAsserted(() -> assertThat(server.server.openConnections()).isZero());
        }
    }

    @Test
    void aStreamOnWhichSomebodyListensEndsInOrderAndHoldsNothingUp() throws Exception {
        BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
        CountDownLatch left = new CountDownLatch(1);
        HttpHandler handler =
                exchange -> {
                    EventStream stream = exchange.openStream(List.of());
                    exchange.onDisconnect(left::countDown);
                    streams.add(stream);
                };
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            client.send("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n");
            client.answer();
            EventStream stream = streams.take();
            server.server.stopAccepting();
            stream.send(null, "last".getBytes(StandardCharsets.UTF_8), 0, 4);
            assertThat(server.server.close(Duration.ofSeconds(20))).isTrue();
            assertThat(client.chunk()).isEqualTo("event: message\ndata: last\n\n");
            assertThat(client.chunk()).isEmpty();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(stream.isOpen()).isFalse();
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(server.heard(HttpEvent.ConnectionClosed.class))
                    .extracting(HttpEvent.ConnectionClosed::reason)
                    .containsExactly(HttpEvent.CloseReason.SHUTDOWN);
        }
    }

    @Test
    void closingTwiceIsHarmlessAndThePortIsFree() throws Exception {
        int port;
        try (var server = TestServer.start()) {
            port = server.port();
            assertThat(server.server.close(Duration.ZERO)).isTrue();
        }
        int taken = port;
        try (var again = TestServer.start(config -> config.withPort(taken))) {
            assertThat(again.ask(TestServer.post("/echo", "x")).status()).isEqualTo(200);
            assertThatThrownBy(() -> TestServer.start(config -> config.withPort(taken)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken);
        }
    }
}
