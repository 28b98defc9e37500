package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.security.Principal;
import io.erlmcp.task.LiveTask;
import io.erlmcp.task.MemoryTaskStore;
import io.erlmcp.task.TaskLimits;
import io.erlmcp.task.TaskOrder;
import io.erlmcp.task.TaskRecord;
import io.erlmcp.task.TaskStore;
import io.erlmcp.task.TaskView;
import io.erlmcp.task.Tasks;
import io.erlmcp.testing.Requirement;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store of tasks does, the one in memory and the one on the disk. */
@Requirement("proto.tasks")
class TaskStoresTest {
    private static final Principal ANN = new Principal("ann ü", Set.of("read", "write"));
    private static final JsonSlice RESULT = JsonSlice.of(JsonObject.of("content", List.of("ä")));

    @TempDir Path folder;
    private final List<DiskStore> open = new ArrayList<>();

    private DiskStore disk() throws Exception {
        DiskStore store = DiskStore.open(StoreConfig.in(folder), Time.system(), Observer.NONE);
        open.add(store);
        return store;
    }

    private TaskStore store(String kind) throws Exception {
        return kind.equals("memory") ? new MemoryTaskStore() : disk().tasks();
    }

    @AfterEach
    void close() {
        open.forEach(DiskStore::close);
    }

    private static TaskRecord task(String id, String owner, long createdMillis) {
        return new TaskRecord(
                id,
                owner,
                ANN,
                "work",
                TaskStatus.WORKING,
                null,
                Instant.ofEpochMilli(createdMillis),
                Instant.ofEpochMilli(createdMillis),
                Duration.ofHours(1),
                null,
                null);
    }

    private static TaskRecord with(
            TaskRecord task,
            TaskStatus status,
            @Nullable JsonSlice result,
            @Nullable TaskError error) {
        return new TaskRecord(
                task.id(),
                task.owner(),
                task.principal(),
                task.name(),
                status,
                "it ended",
                task.created(),
                Instant.parse("2026-07-28T10:00:00.123456789Z"),
                task.ttl(),
                result,
                error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void aTaskIsReadAsItWasCreatedAndChanged(String kind) throws Exception {
        TaskStore store = store(kind);
        TaskRecord made = task("a", "x", 5);
        store.create(made);
        assertThat(store.read("a")).contains(made);
        assertThat(store.read("b")).isEmpty();
        assertThatThrownBy(() -> store.create(made)).isInstanceOf(IllegalStateException.class);
        TaskRecord done = with(made, TaskStatus.COMPLETED, RESULT, null);
        TaskRecord gone = with(task("b", "x", 5), TaskStatus.COMPLETED, RESULT, null);
        store.update(List.of(done, gone));
        assertThat(store.read("a")).contains(done);
        assertThat(store.read("b")).isEmpty();
        TaskError error = new TaskError(-5, "no", JsonObject.of("why", "so"));
        TaskRecord failed = with(made, TaskStatus.FAILED, null, error);
        store.update(List.of(failed));
        assertThat(store.read("a")).contains(failed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    @Requirement("proto.tasks.index")
    void tasksOfAnOwnerComeOldestFirstAndPageByPage(String kind) throws Exception {
        TaskStore store = store(kind);
        store.create(task("c", "x", 2));
        store.create(task("a", "x", 3));
        store.create(task("b", "x", 2));
        store.create(task("d", "xx", 1));
        assertThat(store.listByOwner("x", null, 10))
                .extracting(TaskRecord::id)
                .containsExactly("b", "c", "a");
        assertThat(store.listByOwner("x", null, 2))
                .extracting(TaskRecord::id)
                .containsExactly("b", "c");
        TaskStore.Place gone = new TaskStore.Place(Instant.ofEpochMilli(2), "bb");
        store.delete(List.of("a", "never"));
        assertThat(store.listByOwner("x", gone, 2)).extracting(TaskRecord::id).containsExactly("c");
        assertThat(store.listByOwner("nobody", null, 2)).isEmpty();
    }

    @Test
    void tasksOutliveTheProcessAndWhatRanHasFailed() throws Exception {
        String running;
        String over;
        try (Timers timers = new Timers("test-timers")) {
            // Never closed: as if the process had been killed.
            Tasks first = tasks(disk().tasks(), timers);
            running = first.create(order()).id();
            LiveTask done = first.create(order());
            over = done.id();
            first.finish(done, RESULT, false);
            first.create(order());
        }
        open.removeFirst().close();
        try (Timers timers = new Timers("test-timers");
                Tasks second = tasks(disk().tasks(), timers)) {
            assertThat(second.view(over, ANN).task().result()).isEqualTo(RESULT);
            TaskRecord found = second.view(running, ANN).task();
            assertThat(found.status()).isEqualTo(TaskStatus.FAILED);
            assertThat(found.error().code()).isEqualTo(ErrorCode.INTERRUPTED);
            assertThat(second.list("x", null).tasks()).hasSize(3);
            assertThat(second.size()).isEqualTo(3);
            assertThatThrownBy(() -> second.create(order()))
                    .hasMessageContaining("3 tasks are kept");
        }
        open.removeFirst().close();
        StoreCheck.Found found = StoreCheck.check(folder);
        assertThat(found.problems()).isEmpty();
        assertThat(found.tasks()).isEqualTo(3);
        StoreRepair.Repaired repaired = StoreRepair.repair(folder, Instant.now());
        assertThat(repaired.found().isWhole()).isTrue();
        assertThat(disk().tasks().listByOwner("x", null, 10)).hasSize(3);
    }

    private static Tasks tasks(TaskStore store, Timers timers) {
        TaskLimits limits = TaskLimits.DEFAULTS.withMax(3, 3, 3);
        return new Tasks(limits, store, Time.system(), timers, Observer.NONE);
    }

    private static TaskOrder order() {
        return new TaskOrder("x", ANN, "work", null, (TaskView view) -> {});
    }

    @Test
    @Requirement("proto.tasks.index")
    void aHundredOfAHundredThousandTasksAreListedByReadingAHundred() throws Exception {
        DiskStore disk = disk();
        List<Thread> writers = new ArrayList<>();
        for (int owner = 0; owner < 1_000; owner++) {
            String name = "owner " + owner;
            writers.add(Threads.startVirtual(name, () -> createHundred(disk.tasks(), name)));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        // Each task is looked at twice: in the index, and itself.
        assertThat(readsOf(disk, null)).isEqualTo(200);
        for (int i = 100; i < 250; i++) {
            disk.tasks().create(task("owner 500/" + i, "owner 500", i));
        }
        assertThat(readsOf(disk, null))
                .as("none is read to see that there are more")
                .isEqualTo(200);
        assertThat(readsOf(disk, placeOf(99))).as("the second page").isEqualTo(200);
        assertThat(readsOf(disk, placeOf(199))).as("half a page").isEqualTo(100);
        long[] all = {0};
        disk.tasks().each(task -> all[0]++);
        assertThat(all[0]).isEqualTo(100_150);
    }

    /** How often the disk was looked at for a page of a hundred. */
    private static long readsOf(DiskStore disk, TaskStore.@Nullable Place after) {
        long before = disk.reads();
        assertThat(disk.tasks().listByOwner("owner 500", after, 100).size()).isIn(50, 100);
        return disk.reads() - before;
    }

    private static TaskStore.Place placeOf(int number) {
        return new TaskStore.Place(Instant.ofEpochMilli(number), "owner 500/" + number);
    }

    private static void createHundred(TaskStore store, String owner) {
        for (int i = 0; i < 100; i++) {
            store.create(task(owner + '/' + i, owner, i));
        }
    }
}
