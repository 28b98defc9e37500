package io.erlmcp.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.MemoryKeyValueStore;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonValue;
import io.erlmcp.migration.MigrationConfig.Phase;
import io.erlmcp.migration.Pending.Entry;
import io.erlmcp.migration.Pending.Kind;
import io.erlmcp.migration.Pending.Where;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.task.MemoryTaskStore;
import io.erlmcp.testing.Requirement;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changes of what the store that is asked first lacks still, because an earlier phase wrote it to
 * the other one only: they hold, though that other one misses them.
 */
@Requirement({"migrate.hybrid", "migrate.consistency"})
class ChangedWhereLackingTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration NEVER = Duration.ofDays(1);

    /** So many in a row that cannot be brought end the attempt. */
    private static final int IN_A_ROW = 10;

    @TempDir Path folder;
    private final FailingSessions source = new FailingSessions();
    private final FailingSessions target = new FailingSessions();
    private final MemoryKeyValueStore sourceValues = new MemoryKeyValueStore();
    private final MemoryKeyValueStore targetValues = new MemoryKeyValueStore();
    private final MemoryTaskStore sourceTasks = new MemoryTaskStore();
    private final MemoryTaskStore targetTasks = new MemoryTaskStore();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private @Nullable MigratingStore open;

    private MigratingStore open(Duration pause) throws Exception {
        close();
        MigratingStore store =
                MigratingStore.open(
                        new MigratingStore.Plan(
                                side("source", source, sourceValues, sourceTasks),
                                side("target", target, targetValues, targetTasks),
                                new MigrationConfig(Phase.READ_TARGET, 100, pause, NEVER)),
                        folder.resolve("migration"),
                        Time.system(),
                        events::add);
        open = store;
        return store;
    }

    private static Side side(
            String name,
            FailingSessions sessions,
            MemoryKeyValueStore values,
            MemoryTaskStore tasks) {
        return new Side(
                name,
                sessions,
                EventLogs.inMemory(Instant.EPOCH, SessionLimits.DEFAULTS.events()),
                values,
                tasks);
    }

    @AfterEach
    void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    /** The target lacks these, which nobody brings to it or to the source for a day. */
    private MigratingStore lacking(Kind kind, String... ids) throws Exception {
        try (Pending noted = Pending.open(folder.resolve("migration"), 100)) {
            for (int i = 0; i < IN_A_ROW; i++) {
                target.refused.add("refused " + i);
                noted.add(new Entry(Where.TARGET, Kind.SESSION, "refused " + i));
            }
            for (String id : ids) {
                noted.add(new Entry(Where.TARGET, kind, id));
            }
        }
        MigratingStore store = open(NEVER);
        await().until(() -> events.stream().anyMatch(MigrationEvent.WriteQueued.class::isInstance));
        return store;
    }

    private void bringAll() throws Exception {
        target.refused.clear();
        MigratingStore store = open(SHORT);
        await().until(() -> store.pending() == 0);
    }

    @Test
    void aSessionThatIsChangedOrEndedStaysSo() throws Exception {
        for (String id : List.of("changed", "ended")) {
            target.kept.put(MigratingStoreTest.session(id, 1));
            source.kept.put(MigratingStoreTest.session(id, 2));
        }
        MigratingStore store = lacking(Kind.SESSION, "changed", "ended");

        assertThat(store.sessions().update(MigratingStoreTest.session("changed", 3))).isTrue();
        assertThat(store.sessions().delete("ended")).isTrue();

        assertThat(store.sessions().read("changed").orElseThrow().version()).isEqualTo(3);
        assertThat(store.sessions().read("ended")).isEmpty();
        bringAll();
        for (FailingSessions each : List.of(source, target)) {
            assertThat(each.kept.read("changed").orElseThrow().version()).isEqualTo(3);
            assertThat(each.kept.read("ended")).isEmpty();
        }
    }

    @Test
    void aValueIsChangedFromWhatItIsAndStaysSo() throws Exception {
        for (String key : List.of("counter", "gone")) {
            targetValues.put(key, JsonNumber.of(5));
            sourceValues.put(key, JsonNumber.of(7));
        }
        MigratingStore store = lacking(Kind.VALUE, "counter", "gone");

        store.values().update("counter", ChangedWhereLackingTest::oneMore);
        store.values().remove("gone");

        assertThat(store.values().get("counter")).contains(JsonNumber.of(8));
        assertThat(store.values().get("gone")).isEmpty();
        bringAll();
        for (MemoryKeyValueStore each : List.of(sourceValues, targetValues)) {
            assertThat(each.get("counter")).contains(JsonNumber.of(8));
            assertThat(each.get("gone")).isEmpty();
        }
    }

    private static JsonValue oneMore(@Nullable JsonValue before) {
        return JsonNumber.of(before instanceof JsonNumber number ? number.longValue() + 1 : -1);
    }

    @Test
    void aTaskThatIsChangedOrDeletedStaysSo() throws Exception {
        for (String id : List.of("ended", "gone")) {
            sourceTasks.create(MigratingTasksTest.task(id, 1, TaskStatus.WORKING));
        }
        MigratingStore store = lacking(Kind.TASK, "ended", "gone");

        store.tasks().update(List.of(MigratingTasksTest.task("ended", 1, TaskStatus.COMPLETED)));
        store.tasks().delete(List.of("gone"));

        assertThat(store.tasks().read("ended").orElseThrow().status())
                .isEqualTo(TaskStatus.COMPLETED);
        assertThat(store.tasks().read("gone")).isEmpty();
        bringAll();
        for (MemoryTaskStore each : List.of(sourceTasks, targetTasks)) {
            assertThat(each.read("ended").orElseThrow().status()).isEqualTo(TaskStatus.COMPLETED);
            assertThat(each.read("gone")).isEmpty();
        }
    }

    /** What is brought was looked up with what is brought before it, which may take its time. */
    @Test
    void aSessionThatIsChangedWhileAnotherIsBroughtStaysSo() throws Exception {
        CountDownLatch isBrought = new CountDownLatch(1);
        CountDownLatch isChanged = new CountDownLatch(1);
        target.beforePut =
                id -> {
                    if (id.equals("slow")) {
                        isBrought.countDown();
                        await().until(() -> isChanged.getCount() == 0);
                    }
                };
        try (Pending noted = Pending.open(folder.resolve("migration"), 100)) {
            for (String id : List.of("slow", "changed")) {
                source.kept.put(MigratingStoreTest.session(id, 2));
                noted.add(new Entry(Where.TARGET, Kind.SESSION, id));
            }
        }
        MigratingStore store = open(SHORT);
        assertThat(isBrought.await(30, TimeUnit.SECONDS)).isTrue();
        source.refused.add("changed");

        assertThat(store.sessions().update(MigratingStoreTest.session("changed", 3))).isTrue();
        isChanged.countDown();

        await().until(() -> target.kept.read("slow").isPresent());
        source.refused.clear();
        await().until(() -> store.pending() == 0);
        for (FailingSessions each : List.of(source, target)) {
            assertThat(each.kept.read("changed").orElseThrow().version()).isEqualTo(3);
        }
    }
}
