package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.server.McpServer;
import io.erlmcp.server.ServerLimits;
import io.erlmcp.session.SessionEvent;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.testing.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients in the same process that do not take what they are sent. */
@Requirement("R14")
@Timeout(60)
class MemoryLinkTest {
    private static final int BOUND = 100_000;
    private static final String FLOOD =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"flood\","
                + "\"_meta\":{\"progressToken\":1,"
                + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";

    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final McpServer server =
            McpServer.builder("s", "1")
                    .limits(limits())
                    .observer(events::add)
                    .add(ToolSpec.of("flood", (arguments, call) -> flood(call)))
                    .build();

    @AfterEach
    void close() {
        reading.countDown();
        server.close();
    }

    private static ServerLimits limits() {
        ServerLimits all = ServerLimits.DEFAULTS;
        SessionLimits usual = all.sessions();
        SessionLimits sessions =
                new SessionLimits(
                        usual.caps(),
                        usual.idleExpiry(),
                        usual.initializeTimeout(),
                        usual.maxSubscriptions(),
                        usual.maxListenStreams(),
                        usual.maxStreamsPerCaller(),
                        usual.maxQuestions(),
                        usual.events(),
                        usual.kept(),
                        Duration.ofMillis(200),
                        usual.json());
        return new ServerLimits(all.calls(), sessions, all.catalogs(), all.stateLifetime());
    }

    private CallToolResult flood(CallContext call) {
        for (int i = 0; !call.isCancelled(); i++) {
            call.progress(i, null, "x".repeat(1000));
        }
        cancelled.countDown();
        return CallToolResult.text("stopped");
    }

    private static OutgoingMessage message(String json) {
        return new OutgoingMessage(
                RequestId.of(1), "tools/call", json.getBytes(StandardCharsets.UTF_8), List.of());
    }

    @Test
    void aClientThatDoesNotReadIsCutAndItsCallsAreCancelled() throws Exception {
        Slow client = new Slow(reading);
        InMemoryTransport transport = InMemoryTransport.to(server.endpoint(), BOUND);
        transport.open(client);
        transport.send(message(FLOOD));
        cancelled.await();
        await().until(() -> server.inFlight() == 0);
        await().until(() -> events.stream().anyMatch(SessionEvent.SlowReaderCut.class::isInstance));
        assertThat(events)
                .contains(
                        new SessionEvent.SlowReaderCut(
                                "memory", "more than 50000 bytes waited for it for PT0.2S"));
        reading.countDown();
        await().until(() -> client.closed.get() == 1);
        assertThat(client.heard).as("what waited is dropped").hasValue(1);
    }

    @Test
    void atTheBoundOneMoreMessageIsTakenAndOnePastItTheClientIsCut() throws Exception {
        Queue<String> cuts = new ConcurrentLinkedQueue<>();
        AtomicReference<Connection> held = new AtomicReference<>();
        Slow client = new Slow(reading);
        InMemoryTransport transport = InMemoryTransport.to(recording(held, cuts), 10);
        transport.open(client);
        Connection connection = await().until(held::get, it -> it != null);
        connection.send(new byte[1], 0, 1);
        await().until(() -> client.heard.get() == 1);
        connection.send(new byte[10], 0, 10);
        connection.send(new byte[1], 0, 1);
        assertThat(cuts).isEmpty();
        connection.send(new byte[1], 0, 1);
        await().untilAsserted(
                        () -> assertThat(cuts).containsExactly("more than 10 bytes wait for it"));
        assertThat(connection.awaitWritable(Duration.ofSeconds(10))).as("cut").isFalse();
    }

    private static Endpoint recording(AtomicReference<Connection> held, Queue<String> cuts) {
        return new Endpoint() {
            @Override
            public ConnectionHandler connected(Connection connection) {
                held.set(connection);
                return new Recorder(cuts);
            }

            @Override
            public void handle(HttpExchange exchange) {
                throw new IllegalStateException("there is no HTTP here");
            }
        };
    }

    private record Recorder(Queue<String> cuts) implements ConnectionHandler {
        @Override
        public void message(byte[] message) {
            // Hears nothing.
        }

        @Override
        public void malformed(String reason) {
            // Hears nothing.
        }

        @Override
        public void cut(String reason) {
            cuts.add(reason);
        }

        @Override
        public void closed() {
            // Holds nothing.
        }
    }

    /** Takes one message and thinks about it until it is let go. */
    private static final class Slow implements ClientReceiver {
        private final CountDownLatch until;
        private final AtomicInteger heard = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();

        Slow(CountDownLatch until) {
            this.until = until;
        }

        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            heard.incrementAndGet();
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        }

        @Override
        public void failed(RequestId id, TransportException failure) {
            // Waits for nothing.
        }

        @Override
        public void closed(TransportException failure) {
            closed.incrementAndGet();
        }

        @Override
        public void sessionLost(TransportException failure) {
            closed.incrementAndGet();
        }

        @Override
        public void observed(Event event) {
            // Looks at nothing.
        }
    }
}
