package io.erlmcp.http;

import static io.erlmcp.http.HttpClientServer.events;
import static io.erlmcp.http.HttpClientServer.status;
import static io.erlmcp.http.HttpClientServer.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which session a server forgot is known, however late it says so. */
@Requirement("transport.reconnect")
class SessionReceiversTest {
    private final List<Integer> lost = new CopyOnWriteArrayList<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger receivers = new AtomicInteger();

    private final class Numbered implements ClientReceiver {
        private final int number = receivers.getAndIncrement();

        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            if (of != null) {
                answers.incrementAndGet();
            }
            return of != null;
        }

        @Override
        public void failed(RequestId id, TransportException failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void closed(TransportException failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void sessionLost(TransportException failure) {
            lost.add(number);
        }

        @Override
        public ClientReceiver ofNextPath() {
            return new Numbered();
        }

        @Override
        public void observed(Event event) {}
    }

    private void begin(StreamableHttpClientTransport transport, int number) {
        byte[] body =
                ("{\"jsonrpc\":\"2.0\",\"id\":" + number + ",\"method\":\"initialize\"}")
                        .getBytes(StandardCharsets.UTF_8);
        transport.send(new OutgoingMessage(RequestId.of(number), "initialize", body, List.of()));
        await().until(() -> answers.get() == number);
        transport.negotiated("2025-11-25");
        transport.listen();
    }

    @Test
    void theLossOfASessionIsToldToTheReceiverOfThatSession() throws Exception {
        AtomicInteger gets = new AtomicInteger();
        try (HttpClientServer server = HttpClientServer.legacy()) {
            server.on(
                    "GET",
                    (exchange, request) -> {
                        if (gets.incrementAndGet() % 2 == 0) {
                            status(exchange, 404);
                            return;
                        }
                        write(events(exchange), "id: 7\ndata: {}\n\n");
                        exchange.close();
                    });
            HttpClientConfig config =
                    HttpClientConfig.of(server.url())
                            .withReconnects(3, Duration.ofMillis(1), Duration.ofMillis(2));
            try (StreamableHttpClientTransport transport =
                    new StreamableHttpClientTransport(config)) {
                transport.open(new Numbered());
                begin(transport, 1);
                await().untilAsserted(() -> assertThat(lost).containsExactly(1));
                transport.restart();
                begin(transport, 2);
                await().untilAsserted(() -> assertThat(lost).containsExactly(1, 2));
            }
        }
    }
}
