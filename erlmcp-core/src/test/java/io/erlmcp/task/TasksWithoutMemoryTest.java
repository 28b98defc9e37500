package io.erlmcp.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Tasks end, and whoever waits hears of it, also where their end could not be kept. */
@Requirement({"proto.tasks", "R26"})
class TasksWithoutMemoryTest extends TasksFixture {
    private static LiveTask watched(Tasks tasks, List<TaskStatus> told) {
        return tasks.create(
                new TaskOrder(
                        "principal ann",
                        ANN,
                        "work",
                        null,
                        view -> told.add(view.task().status())));
    }

    @Test
    void aResultForWhichThereWasNoMemoryIsAFailureAndItsSessionHearsOfTheEnd() {
        List<TaskStatus> told = new CopyOnWriteArrayList<>();
        BusyStore store = new BusyStore();
        store.starved = 1;
        try (Tasks tasks = tasks(SMALL, store)) {
            LiveTask task = watched(tasks, told);
            assertThatThrownBy(() -> tasks.finish(task, RESULT, false))
                    .isInstanceOf(OutOfMemoryError.class);
            tasks.fail(task, new TaskError(ErrorCode.INTERNAL_ERROR, "no memory", null));
            assertThat(told).containsExactly(TaskStatus.FAILED);
            assertThat(status(tasks, task.id(), ANN)).isEqualTo(TaskStatus.FAILED);
        }
    }

    @Test
    void aTaskThatCouldNotEndAtAllEndsWhenItIsForgotten() {
        List<TaskStatus> told = new CopyOnWriteArrayList<>();
        BusyStore store = new BusyStore();
        store.starved = 2;
        try (Tasks tasks = tasks(SMALL, store)) {
            LiveTask task = watched(tasks, told);
            TaskError error = new TaskError(ErrorCode.INTERNAL_ERROR, "no memory", null);
            assertThatThrownBy(() -> tasks.finish(task, RESULT, false))
                    .isInstanceOf(OutOfMemoryError.class);
            assertThatThrownBy(() -> tasks.fail(task, error)).isInstanceOf(OutOfMemoryError.class);
            assertThat(told).isEmpty();
            clock.pass(Duration.ofHours(1).plusNanos(1));
            await().until(() -> told.contains(TaskStatus.FAILED));
            await().until(() -> tasks.size() == 0);
        }
    }
}
