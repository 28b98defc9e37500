package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.http.HttpEvent.CloseReason;
import io.erlmcp.network.EngineConfig;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.HttpHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement({"transport.http", "R14", "R16"})
class HttpTimeoutTest {
    private static final Duration SHORT = Duration.ofMillis(200);

    /** To connect and send something within. */
    private static final Duration ENOUGH = Duration.ofSeconds(2);

    private static CloseReason onlyCloseOf(TestServer server) {
        await().until(() -> server.heard(HttpEvent.ConnectionClosed.class).size() == 1);
        return server.heard(HttpEvent.ConnectionClosed.class).getFirst().reason();
    }

    @Test
    void aConnectionThatSendsNothingIsClosed() throws Exception {
        try (var server =
                        TestServer.start(
                                TestServer.timeouts(timeouts -> timeouts.withHeader(SHORT)));
                var client = server.connect()) {
            assertThat(client.rest()).isEmpty();
            assertThat(onlyCloseOf(server)).isEqualTo(CloseReason.HEADER_TIMEOUT);
        }
    }

    @Test
    void headersThatTrickleInAreCutWhateverTheyAre() throws Exception {
        try (var server =
                        TestServer.start(
                                TestServer.timeouts(timeouts -> timeouts.withHeader(ENOUGH)));
                var client = server.connect();
                var drip = new ScheduledThreadPoolExecutor(1)) {
            client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\n");
            var _ =
                    drip.scheduleAtFixedRate(
                            () -> client.sendQuietly(Ascii.bytes("X: y\r\n")),
                            100,
                            100,
                            TimeUnit.MILLISECONDS);
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.rest()).isEmpty();
            drip.shutdownNow();
            client.close();
            assertThat(onlyCloseOf(server)).isEqualTo(CloseReason.HEADER_TIMEOUT);
        }
    }

    @Test
    void aBodyThatTricklesInIsCut() throws Exception {
        try (var server =
                        TestServer.start(
                                TestServer.timeouts(timeouts -> timeouts.withBody(SHORT)));
                var client = server.connect();
                var drip = new ScheduledThreadPoolExecutor(1)) {
            client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
            var _ =
                    drip.scheduleAtFixedRate(
                            () -> client.sendQuietly(new byte[10]), 20, 20, TimeUnit.MILLISECONDS);
            assertThat(client.answer().status()).isEqualTo(408);
            drip.shutdownNow();
            client.close();
            assertThat(onlyCloseOf(server)).isEqualTo(CloseReason.BODY_TIMEOUT);
            await().untilAsserted(() -> assertThat(server.received.usedBytes()).isZero());
        }
    }

    @Test
    void anIdleConnectionIsClosedWithoutAWord() throws Exception {
        try (var server =
                        TestServer.start(
                                TestServer.timeouts(timeouts -> timeouts.withIdle(SHORT)));
                var client = server.connect()) {
            client.send(TestServer.post("/echo", "x"));
            assertThat(client.answer().status()).isEqualTo(200);
            assertThat(client.rest()).isEmpty();
            assertThat(onlyCloseOf(server)).isEqualTo(CloseReason.IDLE);
        }
    }

    @Test
    void aRequestInProgressHasNoTimeOutHere() throws Exception {
        Duration less = Duration.ofSeconds(2);
        try (var timer = new ScheduledThreadPoolExecutor(1)) {
            HttpHandler late =
                    exchange -> {
                        var _ = timer.schedule(() -> exchange.respond(200), 3, TimeUnit.SECONDS);
                    };
            try (var server =
                    TestServer.start(
                            TestServer.timeouts(
                                    timeouts ->
                                            timeouts.withHeader(less)
                                                    .withBody(less)
                                                    .withIdle(less)
                                                    .withWrite(less)),
                            late)) {
                assertThat(server.ask(TestServer.post("/mcp", "x")).status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPeerThatDoesNotReadItsAnswerIsCut(boolean preferNative) throws Exception {
        byte[] large = new byte[16 << 20];
        HttpHandler handler = exchange -> exchange.respond(200, List.of(), large);
        try (var server =
                        TestServer.start(
                                config ->
                                        config.withTimeouts(config.timeouts().withWrite(SHORT))
                                                .withEngine(new EngineConfig(preferNative, 1, 16)),
                                handler);
                var client = new RawClient(server.port(), 4096)) {
            client.send(TestServer.post("/mcp", "x"));
            assertThat(onlyCloseOf(server)).isEqualTo(CloseReason.SLOW_READER);
            assertThat(server.heard(HttpEvent.SlowReaderCut.class).getFirst().unsentBytes())
                    .isPositive();
            await().untilAsserted(() -> assertThat(server.unsent.usedBytes()).isZero());
        }
    }

    @Test
    void aPeerThatReadsAtItsOwnPaceGetsAll() throws Exception {
        byte[] large = new byte[8 << 20];
        HttpHandler handler = exchange -> exchange.respond(200, List.of(), large);
        try (var server = TestServer.start(config -> config, handler);
                var client = new RawClient(server.port(), 4096)) {
            client.send(TestServer.post("/mcp", "x"));
            assertThat(client.answer().body()).hasSize(8 << 20);
            await().untilAsserted(() -> assertThat(server.unsent.usedBytes()).isZero());
        }
    }

    @Test
    void aStreamWhosePeerDoesNotReadMakesProducersWaitAndIsCut() throws Exception {
        AtomicReference<Thread> producer = new AtomicReference<>();
        AtomicReference<EventStream> stream = new AtomicReference<>();
        AtomicBoolean told = new AtomicBoolean();
        HttpHandler handler =
                exchange -> {
                    EventStream opened = exchange.openStream(List.of());
                    stream.set(opened);
                    exchange.onDisconnect(() -> told.set(true));
                    producer.set(Thread.startVirtualThread(() -> produce(opened)));
                };
        try (var server =
                        TestServer.start(
                                TestServer.timeouts(timeouts -> timeouts.withWrite(SHORT)),
                                handler);
                var client = new RawClient(server.port(), 4096)) {
            client.send("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(onlyCloseOf(server)).isEqualTo(CloseReason.SLOW_READER);
            producer.get().join();
            assertThat(stream.get().isOpen()).isFalse();
            await().untilTrue(told);
            var outbound = HttpServerConfig.Outbound.defaults();
            assertThat(server.heard(HttpEvent.SlowReaderCut.class).getFirst().unsentBytes())
                    .isLessThan(outbound.highWaterBytes() + 100_000L);
        }
    }

    @Test
    void whoWaitsForAPeerInVainCutsItAndLearnsOfItAtOnce() throws Exception {
        AtomicReference<Boolean> writable = new AtomicReference<>();
        HttpHandler handler =
                exchange -> {
                    EventStream opened = exchange.openStream(List.of());
                    Thread.startVirtualThread(() -> writable.set(fill(opened)));
                };
        var bounds = new HttpServerConfig.Outbound(10_000, 20_000, 64 << 20);
        try (var server =
                        TestServer.start(
                                TestServer.limits(limits -> limits.withOutbound(bounds)), handler);
                var client = new RawClient(server.port(), 4096)) {
            client.send("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(onlyCloseOf(server)).isEqualTo(CloseReason.SLOW_READER);
            await().until(() -> writable.get() != null);
            assertThat(writable).hasValue(false);
            assertThat(server.heard(HttpEvent.SlowReaderCut.class).getFirst().reason())
                    .contains("20000 bytes waited for it for PT0.2S");
        }
    }

    /** Sends more than any kernel holds, then waits for a moment. */
    private static boolean fill(EventStream stream) {
        for (int i = 0; i < 1000; i++) {
            stream.send(null, new byte[20_000], 0, 20_000);
        }
        try {
            return stream.awaitWritable(SHORT);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Test
    void aPeerThatDoesNotReadIsCutSoonerOnceTheNodeHasSpentItsBudget() throws Exception {
        HttpHandler handler =
                exchange -> {
                    EventStream opened = exchange.openStream(List.of());
                    Thread.startVirtualThread(
                            () -> {
                                while (opened.isOpen()) {
                                    opened.send(null, new byte[10_000], 0, 10_000);
                                }
                            });
                };
        var bounds = new HttpServerConfig.Outbound(10_000, 20_000, 64 << 20);
        try (var server =
                        TestServer.start(
                                TestServer.limits(limits -> limits.withOutbound(bounds)),
                                handler,
                                100_000);
                var client = new RawClient(server.port(), 4096)) {
            client.send("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(onlyCloseOf(server)).isEqualTo(CloseReason.SLOW_READER);
            assertThat(server.heard(HttpEvent.SlowReaderCut.class).getFirst().reason())
                    .contains("too many unsent bytes");
            await().untilAsserted(() -> assertThat(server.unsent.usedBytes()).isZero());
            assertThat(server.ask(TestServer.post("/echo", "still here")).text())
                    .isEqualTo("still here");
        }
    }

    private static void produce(EventStream stream) {
        try {
            while (stream.awaitWritable(Duration.ofSeconds(30))) {
                stream.send(null, new byte[1000], 0, 1000);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aProducerThatDoesNotWaitLosesTheStreamAtItsBound() throws Exception {
        HttpHandler handler =
                exchange -> {
                    EventStream stream = exchange.openStream(List.of());
                    byte[] event = new byte[10_000];
                    for (int i = 0; i < 5000; i++) {
                        stream.send(null, event, 0, event.length);
                    }
                };
        var bounds = new HttpServerConfig.Outbound(10_000, 20_000, 200_000);
        try (var server =
                        TestServer.start(
                                TestServer.limits(limits -> limits.withOutbound(bounds)), handler);
                var client = new RawClient(server.port(), 4096)) {
            client.send("GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(onlyCloseOf(server)).isEqualTo(CloseReason.SLOW_READER);
            assertThat(server.heard(HttpEvent.SlowReaderCut.class).getFirst().unsentBytes())
                    .isLessThan(250_000);
        }
    }
}
