package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.TaskSupport;
import io.erlmcp.server.McpServer;
import io.erlmcp.task.MemoryTaskStore;
import io.erlmcp.task.TaskRecord;
import io.erlmcp.task.TaskStore;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.InMemoryTransport;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that are given up while the store keeps the task that they become. */
@Requirement("proto.tasks")
class UntoldTaskTest {
    @RegisterExtension final SideThreads threads = new SideThreads();

    private final CountDownLatch storing = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final McpServer server =
            McpServer.builder("test", "1.0")
                    .tasks(new Slow())
                    .add(
                            ToolSpec.of("hang", (arguments, call) -> hang())
                                    .taskSupport(TaskSupport.OPTIONAL))
                    .build();

    @AfterEach
    void close() {
        release.countDown();
        server.close();
    }

    private static CallToolResult hang() throws InterruptedException {
        new CountDownLatch(1).await();
        return CallToolResult.text("never");
    }

    /** Stores a task when it is told to, and hears no interrupt. */
    private final class Slow implements TaskStore {
        private final MemoryTaskStore kept = new MemoryTaskStore();

        @Override
        public void create(TaskRecord task) {
            storing.countDown();
            boolean isReleased = false;
            while (!isReleased) {
                try {
                    isReleased = release.await(1, TimeUnit.HOURS);
                } catch (InterruptedException ignored) {
                    isReleased = false;
                }
            }
            kept.create(task);
        }

        @Override
        public Optional<TaskRecord> read(String id) {
            return kept.read(id);
        }

        @Override
        public void update(Collection<TaskRecord> tasks) {
            kept.update(tasks);
        }

        @Override
        public void delete(Collection<String> ids) {
            kept.delete(ids);
        }

        @Override
        public List<TaskRecord> listByOwner(String owner, @Nullable Place after, int limit) {
            return kept.listByOwner(owner, after, limit);
        }

        @Override
        public void each(Consumer<TaskRecord> visitor) {
            kept.each(visitor);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    void theTaskIsStoppedSinceNobodyHearsOfIt(EraChoice era) throws Exception {
        try (McpClient client =
                McpClient.builder(InMemoryTransport.to(server.endpoint()))
                        .era(era)
                        .tasks()
                        .connect()) {
            Thread caller =
                    threads.run(
                            "caller",
                            () ->
                                    assertThatThrownBy(
                                                    () ->
                                                            client.tasks()
                                                                    .start(
                                                                            "hang",
                                                                            JsonObject.EMPTY))
                                            .isInstanceOf(CancellationException.class));
            storing.await();
            caller.interrupt();
            threads.join();
            // the call is over, and the task that it became is not
            await().until(() -> server.inFlight((method, name) -> true).count() == 1);
            release.countDown();
            await().until(() -> server.inFlight() == 0 && server.runningTasks() == 0);
        }
    }
}
