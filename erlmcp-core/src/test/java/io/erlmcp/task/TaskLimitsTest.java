package io.erlmcp.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each bound at its edge, and one past it. */
@Requirement("proto.tasks")
class TaskLimitsTest extends TasksFixture {
    @Test
    @Requirement("proto.tasks.max")
    void oneTaskBeyondTheMostIsRefusedUntilOneIsForgotten() {
        try (Tasks tasks = tasks(SMALL.withMax(3, 3, 10))) {
            for (int i = 0; i < 3; i++) {
                ended(tasks, ANN);
            }
            assertThatThrownBy(() -> tasks.create(order(BOB, null)))
                    .isInstanceOfSatisfying(
                            McpException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED))
                    .hasMessageContaining("3 tasks are kept, the limit of maxTasks");
            assertThat(tasks.size()).isEqualTo(3);
            assertThat(events).anyMatch(TaskEvent.TaskRefused.class::isInstance);
            clock.pass(Duration.ofHours(1));
            await().until(() -> tasks.size() == 0);
            ended(tasks, BOB);
        }
    }

    @Test
    @Requirement("proto.tasks.max")
    void oneOwnerMayNotTakeAllPlaces() {
        try (Tasks tasks = tasks(SMALL.withMax(3, 2, 10))) {
            ended(tasks, ANN);
            ended(tasks, ANN);
            assertThatThrownBy(() -> tasks.create(order(ANN, null)))
                    .hasMessageContaining("2 tasks of this caller are kept");
            ended(tasks, BOB);
        }
    }

    @Test
    void oneRunningTaskBeyondTheMostIsRefusedUntilOneEnds() {
        try (Tasks tasks = tasks(SMALL.withMax(10, 10, 2))) {
            hanging(tasks, ANN);
            hanging(tasks, ANN);
            assertThatThrownBy(() -> tasks.create(order(ANN, null)))
                    .hasMessageContaining("2 tasks run, the limit of maxRunning");
            release.countDown();
            await().until(() -> tasks.running() == 0);
            ended(tasks, ANN);
        }
    }

    @Test
    @Requirement("proto.tasks.ttl")
    void aTaskIsThereUntilItsTimeIsOverAndNotLonger() {
        try (Tasks tasks = tasks(SMALL)) {
            LiveTask task = ended(tasks, ANN);
            clock.pass(Duration.ofHours(1).minusMillis(1));
            assertThat(status(tasks, task.id(), ANN)).isEqualTo(TaskStatus.COMPLETED);
            clock.pass(Duration.ofMillis(1));
            await().untilAsserted(
                            () ->
                                    assertThatThrownBy(() -> tasks.view(task.id(), ANN))
                                            .hasMessage("Task not found"));
            assertThat(tasks.list("principal ann", null).tasks()).isEmpty();
            await().untilAsserted(() -> assertThat(events).contains(new TaskEvent.TasksExpired(1)));
        }
    }

    @Test
    @Requirement("proto.tasks.ttl")
    void aWallClockThatJumpsForgetsNothing() {
        try (Tasks tasks = tasks(SMALL)) {
            LiveTask task = ended(tasks, ANN);
            clock.jump(Duration.ofDays(1));
            LiveTask next = ended(tasks, ANN);
            clock.pass(Duration.ofMinutes(59));
            LiveTask last = ended(tasks, ANN);
            for (LiveTask each : List.of(task, next, last)) {
                assertThat(status(tasks, each.id(), ANN)).isEqualTo(TaskStatus.COMPLETED);
            }
        }
    }

    @Test
    @Requirement("proto.tasks.ttl")
    void aWishForLessTimeIsGrantedWithinBounds() {
        try (Tasks tasks = tasks(SMALL)) {
            assertThat(ttl(tasks, Duration.ofMinutes(5))).isEqualTo(Duration.ofMinutes(5));
            assertThat(ttl(tasks, Duration.ofHours(2))).isEqualTo(Duration.ofHours(1));
            assertThat(ttl(tasks, Duration.ZERO)).isEqualTo(TaskLimits.MIN_TTL);
        }
    }

    private static @Nullable Duration ttl(Tasks tasks, Duration wish) {
        return tasks.create(order(ANN, wish)).view().toTask().ttl();
    }

    @Test
    void aTaskThatRunsTooLongIsStoppedAndForgotten() throws InterruptedException {
        try (Tasks tasks = tasks(SMALL)) {
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch interrupted = new CountDownLatch(1);
            LiveTask task = tasks.create(order(ANN, null));
            tasks.start(
                    task,
                    () -> {
                        entered.countDown();
                        try {
                            release.await();
                        } catch (InterruptedException stopped) {
                            interrupted.countDown();
                        }
                    });
            entered.await();
            clock.pass(Duration.ofHours(2));
            interrupted.await();
            await().until(() -> tasks.size() == 0);
            assertThat(task.view().task().error().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        }
    }

    @Test
    void aResultBeyondTheLongestFailsItsTask() {
        try (Tasks tasks = tasks(SMALL.withResults(RESULT.length(), 1 << 20))) {
            ended(tasks, ANN);
            LiveTask long1 = tasks.create(order(ANN, null));
            JsonSlice longer = JsonSlice.of(JsonObject.of("content", List.of(1)));
            tasks.start(long1, () -> tasks.finish(long1, longer, false));
            await().until(() -> status(tasks, long1.id(), ANN) == TaskStatus.FAILED);
            TaskError error = tasks.view(long1.id(), ANN).task().error();
            assertThat(error.message())
                    .contains("has " + longer.length() + " bytes, at most " + RESULT.length());
        }
    }

    @Test
    void resultsThatDoNotFitTogetherFailUntilOneIsForgotten() {
        try (Tasks tasks = tasks(SMALL.withMax(9, 9, 9).withResults(100, 2 * RESULT.length()))) {
            ended(tasks, ANN);
            ended(tasks, ANN);
            LiveTask third = tasks.create(order(ANN, null));
            tasks.start(third, () -> tasks.finish(third, RESULT, false));
            await().until(() -> status(tasks, third.id(), ANN) == TaskStatus.FAILED);
            assertThat(tasks.view(third.id(), ANN).task().statusMessage())
                    .contains("all results together have at most " + 2 * RESULT.length());
            clock.pass(Duration.ofHours(1));
            await().until(() -> tasks.size() == 0);
            ended(tasks, ANN);
        }
    }
}
