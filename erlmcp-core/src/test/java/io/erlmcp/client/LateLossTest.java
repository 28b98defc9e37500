package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.TransportException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The loss of a path that is told when there is another one already. */
@Requirement("transport.reconnect")
class LateLossTest {
    private static final TransportException LOST =
            new TransportException(TransportException.Kind.BROKEN, "it left");

    @RegisterExtension final SideThreads threads = new SideThreads();

    private final Paths transport = new Paths(null);

    private McpClient client() {
        return McpClient.builder(transport).era(EraChoice.LEGACY).connect();
    }

    @Test
    void itDoesNotEndTheSessionThatCameAfterIt() {
        try (McpClient client = client()) {
            transport.made.getFirst().closed(LOST);
            assertThat(client.phase()).isEqualTo(Phase.ERROR);
            client.ping();
            assertThat(transport.made).hasSize(2);
            transport.made.getFirst().closed(LOST);
            transport.made.getFirst().sessionLost(LOST);
            assertThat(client.phase()).isEqualTo(Phase.INITIALIZED);
            client.ping();
            assertThat(transport.made).hasSize(2);
            transport.made.getLast().sessionLost(LOST);
            assertThat(client.phase()).as("its own loss").isEqualTo(Phase.ERROR);
        }
    }

    @Test
    void itFailsNoRequestOfTheSessionThatCameAfterIt() throws Exception {
        try (McpClient client = client()) {
            transport.made.getFirst().closed(LOST);
            client.ping();
            transport.holds = true;
            CountDownLatch answered = new CountDownLatch(1);
            Threads.startVirtual(
                    "caller",
                    () -> {
                        client.call("x", JsonObject.EMPTY);
                        answered.countDown();
                    });
            Object id = transport.unanswered.take();
            transport.made.getFirst().closed(LOST);
            Paths.answer(transport.made.getLast(), id);
            await().until(() -> answered.getCount() == 0);
            assertThat(transport.made).hasSize(2);
        }
    }

    @Test
    void aRequestOfAPathThatIsGivenUpIsNotWaitedFor() throws Exception {
        try (McpClient client = client()) {
            transport.holds = true;
            threads.run(
                    "caller",
                    () ->
                            assertThatThrownBy(() -> client.call("x", JsonObject.EMPTY))
                                    .isInstanceOfSatisfying(
                                            TransportException.class,
                                            it -> assertThat(it.kind()).isEqualTo(LOST.kind())));
            transport.unanswered.take();
            transport.holds = false;
            transport.forgotten.set(1);
            client.ping();
            threads.join();
            assertThat(transport.made).hasSize(2);
        }
    }
}
