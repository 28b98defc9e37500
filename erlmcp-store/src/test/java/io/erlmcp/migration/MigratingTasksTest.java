package io.erlmcp.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.MemoryKeyValueStore;
import io.erlmcp.migration.MigrationConfig.Phase;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Principal;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.MemorySessionStore;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.session.SessionStore;
import io.erlmcp.task.TaskRecord;
import io.erlmcp.task.TaskStore;
import io.erlmcp.testing.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks go with the sessions, there and back. */
@Requirement({"migrate.hybrid", "proto.tasks"})
class MigratingTasksTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir Path folder;
    private final FailingTasks source = new FailingTasks();
    private final FailingTasks target = new FailingTasks();
    private final SessionStore sourceSessions = new FailingSessions();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private MigratingStore store;

    @BeforeEach
    void readSource() throws Exception {
        open(Phase.READ_SOURCE);
        await().until(store::isComplete);
    }

    private void open(Phase phase) throws Exception {
        open(phase, sourceSessions);
    }

    private void open(Phase phase, SessionStore ofSource) throws Exception {
        store =
                MigratingStore.open(
                        new MigratingStore.Plan(
                                side("source", ofSource, source),
                                side("target", new FailingSessions(), target),
                                new MigrationConfig(phase, 100, SHORT, NEVER)),
                        folder.resolve("migration"),
                        Time.system(),
                        events::add);
    }

    private static Side side(String name, SessionStore sessions, TaskStore tasks) {
        return new Side(
                name,
                sessions,
                EventLogs.inMemory(Instant.EPOCH, SessionLimits.DEFAULTS.events()),
                new MemoryKeyValueStore(),
                tasks);
    }

    private void reopen(Phase phase) throws Exception {
        store.close();
        open(phase);
    }

    @AfterEach
    void close() {
        store.close();
    }

    static TaskRecord task(String id, long createdMillis, TaskStatus status) {
        return new TaskRecord(
                id,
                "ann",
                new Principal("ann", Set.of()),
                "work",
                status,
                null,
                Instant.ofEpochMilli(createdMillis),
                Instant.ofEpochMilli(createdMillis),
                Duration.ofHours(1),
                null,
                null);
    }

    private static TaskRecord task(String id) {
        return task(id, 1, TaskStatus.WORKING);
    }

    private static TaskRecord ended(String id) {
        return task(id, 1, TaskStatus.COMPLETED);
    }

    private static List<String> ids(List<TaskRecord> tasks) {
        return tasks.stream().map(TaskRecord::id).toList();
    }

    private List<String> each() {
        List<TaskRecord> all = new ArrayList<>();
        store.tasks().each(all::add);
        return ids(all);
    }

    @Test
    void everyChangeGoesToBothInBothPhases() throws Exception {
        for (Phase phase : Phase.values()) {
            reopen(phase);
            String id = phase.name();
            store.tasks().create(task(id));
            assertThat(source.kept.read(id)).isEqualTo(target.kept.read(id)).isPresent();
            store.tasks().update(List.of(ended(id)));
            assertThat(source.kept.read(id)).contains(ended(id));
            assertThat(target.kept.read(id)).contains(ended(id));
            store.tasks().delete(List.of(id));
            assertThat(source.kept.read(id)).isEmpty();
            assertThat(target.kept.read(id)).isEmpty();
        }
    }

    @Test
    void whatIsOlderThanTheMigrationIsCopied() throws Exception {
        store.close();
        Files.delete(folder.resolve("migration"));
        source.kept.create(task("old"));
        open(Phase.READ_SOURCE);
        await().until(store::isComplete);
        assertThat(target.kept.read("old")).contains(task("old"));
        assertThat(events).noneMatch(MigrationEvent.Violation.class::isInstance);
    }

    @Test
    void whatTheTargetDoesNotHaveYetIsFoundListedAndChangedInTheSecondPhase() throws Exception {
        store.close();
        Files.delete(folder.resolve("migration"));
        source.kept.create(task("a", 1, TaskStatus.WORKING));
        source.kept.create(task("c", 3, TaskStatus.WORKING));
        target.kept.create(task("b", 2, TaskStatus.WORKING));
        target.failsWrites = true;
        open(Phase.READ_TARGET);
        assertThat(ids(store.tasks().listByOwner("ann", null, 10))).containsExactly("a", "b", "c");
        assertThat(ids(store.tasks().listByOwner("ann", null, 2))).containsExactly("a", "b");
        assertThat(
                        ids(
                                store.tasks()
                                        .listByOwner(
                                                "ann",
                                                new TaskStore.Place(Instant.ofEpochMilli(2), "b"),
                                                2)))
                .containsExactly("c");
        assertThat(each()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(store.tasks().read("a")).isPresent();
        target.failsWrites = false;
        store.tasks().update(List.of(ended("a")));
        assertThat(target.kept.read("a").orElseThrow().status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(source.kept.read("a").orElseThrow().status()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void goingBackToTheFirstPhaseHasWhatTheSecondMade() throws Exception {
        reopen(Phase.READ_TARGET);
        store.tasks().create(task("a"));
        reopen(Phase.READ_SOURCE);
        assertThat(ids(store.tasks().listByOwner("ann", null, 10))).containsExactly("a");
        assertThat(each()).containsExactly("a");
    }

    @Test
    void whatTheSecondStoreMissedIsMadeUpFor() throws Exception {
        store.tasks().create(task("ended"));
        store.tasks().create(task("gone"));
        target.failsWrites = true;
        store.tasks().create(task("new"));
        store.tasks().update(List.of(ended("ended")));
        store.tasks().delete(List.of("gone"));
        assertThat(store.pending()).isEqualTo(3);
        reopen(Phase.READ_TARGET);
        assertThat(each()).containsExactlyInAnyOrder("ended", "new");
        assertThat(store.tasks().read("ended")).contains(ended("ended"));
        assertThat(store.tasks().read("gone")).isEmpty();
        assertThat(ids(store.tasks().listByOwner("ann", null, 10))).containsExactly("ended", "new");
        target.failsWrites = false;
        await().until(() -> store.pending() == 0);
        assertThat(target.kept.read("new")).contains(task("new"));
        assertThat(target.kept.read("ended")).contains(ended("ended"));
        assertThat(target.kept.read("gone")).isEmpty();
    }

    @Test
    void aTargetThatCannotBeReadKeepsNobodyFromStartingInTheFirstPhase() {
        store.tasks().create(task("a"));
        target.failsReads = true;
        target.failsWrites = true;
        store.tasks().update(List.of(ended("a")));
        assertThat(each()).containsExactly("a");
        assertThat(ids(store.tasks().listByOwner("ann", null, 10))).containsExactly("a");
        source.failsWrites = true;
        assertThatThrownBy(() -> store.tasks().create(task("b"))).isInstanceOf(McpException.class);
    }

    @Test
    void aSourceThatEndsWithItsProcessBeginsWithTheTasksOfTheTarget() throws Exception {
        store.close();
        target.kept.create(task("a"));
        open(Phase.READ_SOURCE, new MemorySessionStore());
        assertThat(source.kept.read("a")).contains(task("a"));
    }
}
