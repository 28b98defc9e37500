package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.Json;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A path that is lost in the last moment of its handshake. */
class ConnectorTest {
    @RegisterExtension final SideThreads threads = new SideThreads();

    @Test
    @Requirement("transport.reconnect")
    void aPathThatIsLostBeforeTheHandshakeEndsIsNotTakenForAGoodOne() {
        Leaving transport = new Leaving(3);
        try (McpClient client = McpClient.builder(transport).era(EraChoice.LEGACY).connect()) {
            await().until(() -> transport.made.get() == 4);
            await().until(() -> client.phase() == Phase.INITIALIZED);
            client.ping();
        }
    }

    @Test
    @Requirement("transport.reconnect")
    void aSessionThatCouldNotBeMadeAgainIsMadeAgainWithoutBeingAsked() {
        Paths transport = new Paths(new Backoff(Duration.ofMillis(1), Duration.ofMillis(2)));
        try (McpClient client = McpClient.builder(transport).era(EraChoice.LEGACY).connect()) {
            transport.forgotten.set(1);
            transport.unreachable.set(3);
            assertThatThrownBy(client::ping)
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            it ->
                                    assertThat(it.kind())
                                            .isEqualTo(TransportException.Kind.UNREACHABLE));
            await().until(() -> client.phase() == Phase.INITIALIZED);
            assertThat(transport.unreachable).hasValue(0);
            assertThat(transport.made).hasSize(2);
        }
    }

    @Test
    @Requirement("transport.reconnect")
    void aSessionThatCouldNotBeMadeForWantOfAThreadOrMemoryIsMadeLater() {
        Paths transport = new Paths(null);
        try (McpClient client = McpClient.builder(transport).era(EraChoice.LEGACY).connect()) {
            transport.forgotten.set(1);
            transport.broken.set(1);
            assertThatThrownBy(client::ping).isInstanceOf(InternalError.class);
            assertThat(client.phase()).isEqualTo(Phase.ERROR);
            client.ping();
            assertThat(client.phase()).isEqualTo(Phase.INITIALIZED);
        }
    }

    /** Whoever is told that the path is lost has the time to try again before the next is told. */
    @Test
    @Requirement("transport.reconnect")
    void whoTriesAgainDoesNotTakeTheLostPathForAGoodOne() throws Exception {
        Paths transport = new Paths(null);
        CountDownLatch answered = new CountDownLatch(1);
        SlowReader reader = new SlowReader(answered);
        try (McpClient client =
                McpClient.builder(transport).era(EraChoice.LEGACY).time(reader).connect()) {
            transport.holds = true;
            threads.run(
                    "caller",
                    () -> {
                        client.ping();
                        answered.countDown();
                    });
            transport.unanswered.take();
            transport.holds = false;
            reader.thread = Thread.currentThread();
            transport
                    .made
                    .getFirst()
                    .closed(new TransportException(TransportException.Kind.BROKEN, "it left"));
            threads.join();
            assertThat(transport.made).hasSize(2);
        }
    }

    /** The time of a client whose reader is slow to look at it, unless its caller is answered. */
    private static final class SlowReader implements Time {
        private final CountDownLatch answered;
        private volatile @Nullable Thread thread;

        SlowReader(CountDownLatch answered) {
            this.answered = answered;
        }

        @Override
        public long nanos() {
            if (Thread.currentThread() == thread) {
                try {
                    var _ = answered.await(200, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return Time.system().nanos();
        }

        @Override
        public Instant now() {
            return Time.system().now();
        }
    }

    /** Leaves so many times when the handshake is all but over. */
    private static final class Leaving implements ClientTransport {
        private final AtomicInteger made = new AtomicInteger();
        private final int leaves;
        private volatile @Nullable ClientReceiver receiver;

        Leaving(int leaves) {
            this.leaves = leaves;
        }

        @Override
        public String name() {
            return "leaving";
        }

        @Override
        public boolean isDuplex() {
            return true;
        }

        @Override
        public boolean hearsServer() {
            return true;
        }

        @Override
        public void open(ClientReceiver upper) {
            receiver = upper;
            made.incrementAndGet();
        }

        @Override
        public void send(OutgoingMessage message) {
            Object id = Json.parseObject(message.body()).get("id");
            if (id != null) {
                String answer =
                        "{\"jsonrpc\":\"2.0\",\"id\":"
                                + id
                                + ",\"result\":{\"protocolVersion\":\"2025-11-25\","
                                + "\"capabilities\":{},"
                                + "\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}}";
                upper().message(answer.getBytes(StandardCharsets.UTF_8), null);
            }
        }

        private ClientReceiver upper() {
            return Objects.requireNonNull(receiver);
        }

        @Override
        public void abandon(RequestId id) {}

        @Override
        public void negotiated(String protocolVersion) {}

        @Override
        public void listen() {
            if (made.get() <= leaves) {
                upper().closed(new TransportException(TransportException.Kind.BROKEN, "it left"));
            }
        }

        @Override
        public void restart() {
            made.incrementAndGet();
        }

        @Override
        public Optional<Backoff> recovery() {
            return Optional.of(new Backoff(Duration.ofMillis(1), Duration.ofMillis(2)));
        }

        @Override
        public void close() {
            assertThat(made.get()).isPositive();
        }
    }
}
