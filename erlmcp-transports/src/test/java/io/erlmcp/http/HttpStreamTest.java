package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.HttpHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement("transport.sse")
class HttpStreamTest {
    private static final String GET = "GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static void send(EventStream stream, String id, String data) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        stream.send(id, bytes, 0, bytes.length);
    }

    @Test
    void eventsAreFramedAndTheConnectionGoesOnAfterTheStream() throws Exception {
        BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
        HttpHandler handler =
                exchange -> streams.add(exchange.openStream(List.of("Mcp-Session-Id", "s1")));
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            client.send(GET);
            var head = client.answer();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("content-type")).isEqualTo("text/event-stream");
            assertThat(head.header("cache-control")).isEqualTo("no-cache, no-transform");
            assertThat(head.header("x-accel-buffering")).isEqualTo("no");
            assertThat(head.header("transfer-encoding")).isEqualTo("chunked");
            assertThat(head.header("mcp-session-id")).isEqualTo("s1");
            EventStream stream = streams.take();
            stream.send("e-0", new byte[0], 0, 0);
            assertThat(client.chunk()).isEqualTo("id: e-0\ndata: \n\n");
            stream.retry(Duration.ofMillis(1500));
            assertThat(client.chunk()).isEqualTo("retry: 1500\n\n");
            send(stream, "e-1", "{\"é\":1}");
            assertThat(client.chunk()).isEqualTo("event: message\nid: e-1\ndata: {\"é\":1}\n\n");
            send(stream, null, "{}");
            assertThat(client.chunk()).isEqualTo("event: message\ndata: {}\n\n");
            stream.close();
            stream.close();
            assertThat(client.chunk()).isEmpty();
            assertThat(stream.isOpen()).isFalse();
            send(stream, null, "late");
            client.send(TestServer.post("/echo", "next"));
            assertThat(client.answer().text()).isEqualTo("next");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nevent: evil", "a\revent: evil", "a\r\nevent: evil"})
    @Requirement("security.sessions")
    void dataCannotPassForAnotherField(String data) throws Exception {
        HttpHandler handler =
                exchange -> {
                    EventStream stream = exchange.openStream(List.of());
                    send(stream, null, data);
                    stream.close();
                };
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            client.send(GET);
            client.answer();
            assertThat(client.chunk()).isEqualTo("event: message\ndata: a\ndata: event: evil\n\n");
        }
    }

    @Test
    @Requirement("security.sessions")
    void idsWithLineBreaksAreTheCallersBug() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        HttpHandler handler =
                exchange -> {
                    EventStream stream = exchange.openStream(List.of());
                    for (String id : List.of("a\nb", "a\rb", "a\0b")) {
                        try {
                            send(stream, id, "x");
                        } catch (IllegalArgumentException expected) {
                            refused.incrementAndGet();
                        }
                    }
                    stream.close();
                };
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            client.send(GET);
            client.answer();
            assertThat(client.chunk()).isEmpty();
            assertThat(refused).hasValue(3);
        }
    }

    @Test
    void eventsOfOneThreadArriveInOrderWhateverTheirNumber() throws Exception {
        int events = 20_000;
        HttpHandler handler =
                exchange -> {
                    EventStream stream = exchange.openStream(List.of());
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    for (int i = 0;
                                            i < events
                                                    && stream.awaitWritable(Duration.ofSeconds(20));
                                            i++) {
                                        send(stream, null, "n" + i);
                                    }
                                } catch (InterruptedException stopped) {
                                    Thread.currentThread().interrupt();
                                }
                                stream.close();
                            });
                };
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            client.send(GET);
            client.answer();
            for (int i = 0; i < events; i++) {
                assertThat(client.chunk()).isEqualTo("event: message\ndata: n" + i + "\n\n");
            }
            assertThat(client.chunk()).isEmpty();
        }
    }

    @Test
    @Requirement("transport.sse.ping")
    void aQuietStreamIsKeptAliveByComments() throws Exception {
        HttpHandler handler = exchange -> exchange.openStream(List.of());
        try (var server =
                        TestServer.start(
                                TestServer.timeouts(
                                        timeouts ->
                                                timeouts.withSseKeepAlive(Duration.ofMillis(100))),
                                handler);
                var client = server.connect()) {
            client.send(GET);
            client.answer();
            assertThat(client.chunk()).isEqualTo(": keep-alive\n\n");
            assertThat(client.chunk()).isEqualTo(": keep-alive\n\n");
        }
    }

    @Test
    void aPeerThatLeavesEndsTheStreamAndIsHeardOf() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
        HttpHandler handler =
                exchange -> {
                    exchange.onDisconnect(left::countDown);
                    streams.add(exchange.openStream(List.of()));
                };
        try (var server = TestServer.start(config -> config, handler)) {
            try (var client = server.connect()) {
                client.send(GET);
                client.answer();
            }
            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
            EventStream stream = streams.take();
            assertThat(stream.isOpen()).isFalse();
            assertThat(stream.awaitWritable(Duration.ofSeconds(10))).isFalse();
            send(stream, null, "into the void");
            stream.close();
        }
    }

    @Test
    void http10GetsTheStreamWithoutChunks() throws Exception {
        HttpHandler handler =
                exchange -> {
                    EventStream stream = exchange.openStream(List.of());
                    send(stream, null, "{}");
                    stream.close();
                };
        try (var server = TestServer.start(config -> config, handler);
                var client = server.connect()) {
            client.send("GET /mcp HTTP/1.0\r\n\r\n");
            assertThat(client.answer().headers()).doesNotContainKey("transfer-encoding");
            assertThat(client.rest()).isEqualTo("event: message\ndata: {}\n\n");
        }
    }

    @Test
    void openStreamsAreCountedAndReleased() throws Exception {
        BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
        HttpHandler handler = exchange -> streams.add(exchange.openStream(List.of()));
        try (var server = TestServer.start(config -> config, handler)) {
            for (int i = 0; i < 20; i++) {
                try (var client = server.connect()) {
                    client.send(GET);
                    client.answer();
                }
            }
            await().untilAsserted(() -> assertThat(server.server.openConnections()).isZero());
            // the last is not counted any more a moment before its stream hears of its end
            await().untilAsserted(() -> assertThat(streams).noneMatch(EventStream::isOpen));
        }
    }
}
