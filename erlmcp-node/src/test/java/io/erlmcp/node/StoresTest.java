package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.config.ConfigLoader;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.migration.MigrationEvent;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.security.Principal;
import io.erlmcp.task.TaskRecord;
import io.erlmcp.testing.Requirement;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node opens for {@code sessions.backend}. */
@Requirement({"migrate.hybrid", "proto.tasks"})
class StoresTest {
    @TempDir Path folder;
    private final Queue<Event> told = new ConcurrentLinkedQueue<>();

    private interface Use {
        void use(Stores stores);
    }

    private void with(String backend, int phase, Use use) throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("ERLMCP_DATA_DIR", folder.toString());
        environment.put("ERLMCP_SESSIONS_BACKEND", backend);
        environment.put("ERLMCP_MIGRATION_PHASE", String.valueOf(phase));
        NodeConfig config = ConfigLoader.load(null, environment, Map.of()).config();
        told.clear();
        try (DataFolder data = DataFolder.open(config, environment);
                Stores stores = Objects.requireNonNull(Stores.open(config, data, told::add))) {
            use.use(stores);
        }
    }

    private void compared() {
        await().untilAsserted(
                        () -> assertThat(told).anyMatch(MigrationEvent.Compared.class::isInstance));
    }

    private static TaskRecord task(String id) {
        return new TaskRecord(
                id,
                "ann",
                new Principal("ann", Set.of()),
                "work",
                TaskStatus.COMPLETED,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                Duration.ofHours(1),
                null,
                null);
    }

    @Test
    void tasksGoWithTheSessionsThroughAllPhasesAndBack() throws Exception {
        with("disk", 1, stores -> stores.tasks().create(task("disk")));
        with(
                "migrating",
                1,
                stores -> {
                    assertThat(stores.tasks().read("disk")).isPresent();
                    stores.tasks().create(task("first"));
                    compared();
                });
        with(
                "migrating",
                2,
                stores -> {
                    assertThat(stores.tasks().listByOwner("ann", null, 10)).hasSize(2);
                    stores.tasks().create(task("second"));
                });
        with(
                "migrating",
                1,
                stores -> assertThat(stores.tasks().listByOwner("ann", null, 10)).hasSize(3));
        with("migrating", 2, stores -> compared());
        with(
                "migrating",
                3,
                stores -> assertThat(stores.tasks().listByOwner("ann", null, 10)).hasSize(3));
    }
}
