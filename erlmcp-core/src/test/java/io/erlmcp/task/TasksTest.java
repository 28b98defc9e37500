package io.erlmcp.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Threads;
import io.erlmcp.security.Principal;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

@Requirement("proto.tasks")
class TasksTest extends TasksFixture {
    @Test
    void aResultIsKeptForItsOwner() {
        try (Tasks tasks = tasks(SMALL)) {
            LiveTask task = ended(tasks, ANN);
            TaskView view = tasks.view(task.id(), ANN);
            assertThat(view.task().result()).isEqualTo(RESULT);
            assertThat(view.toTask().ttl()).isEqualTo(Duration.ofHours(1));
            // it can be seen that it has ended before it is no longer live
            await().until(() -> tasks.live(task.id(), ANN) == null);
        }
    }

    @Test
    void aForeignTaskIsAsUnknownAsOneThatNeverWas() {
        try (Tasks tasks = tasks(SMALL)) {
            LiveTask running = hanging(tasks, ANN);
            LiveTask over = ended(tasks, ANN);
            Principal less = new Principal("ann", Set.of());
            Principal more = new Principal("ann", Set.of("read", "write"));
            for (String id : List.of(running.id(), over.id(), "never")) {
                for (Principal other : List.of(BOB, less, Principal.ANONYMOUS)) {
                    assertThatThrownBy(() -> tasks.view(id, other))
                            .isInstanceOfSatisfying(
                                    McpException.class,
                                    e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS))
                            .hasMessage("Task not found");
                    assertThatThrownBy(() -> tasks.cancel(id, other)).hasMessage("Task not found");
                    assertThat(tasks.live(id, other)).isNull();
                    assertThat(tasks.isVisible(id, other)).isFalse();
                }
            }
            assertThat(status(tasks, over.id(), more)).isEqualTo(TaskStatus.COMPLETED);
            assertThat(tasks.isVisible(running.id(), more)).isTrue();
            assertThat(status(tasks, running.id(), ANN)).isEqualTo(TaskStatus.WORKING);
        }
    }

    @Test
    void aCancelledTaskStaysCancelledWhateverItsWorkDoes() {
        try (Tasks tasks = tasks(SMALL)) {
            LiveTask task = tasks.create(order(ANN, null));
            tasks.start(
                    task,
                    () -> {
                        hang();
                        tasks.finish(task, RESULT, false);
                    });
            assertThat(tasks.cancel(task.id(), ANN)).isTrue();
            await().until(() -> tasks.running() == 0);
            assertThat(status(tasks, task.id(), ANN)).isEqualTo(TaskStatus.CANCELLED);
            assertThat(tasks.cancel(task.id(), ANN)).isFalse();
        }
    }

    @Test
    void whatIsStoppedByItsNameFailsAndTheRestGoesOn() {
        try (Tasks tasks = tasks(SMALL)) {
            LiveTask old = hanging(tasks, ANN, "halted");
            clock.pass(Duration.ofSeconds(2));
            LiveTask asking = tasks.create(order(BOB, null, "halted"));
            tasks.start(asking, () -> ask(asking));
            LiveTask other = hanging(tasks, ANN);
            await().until(() -> status(tasks, asking.id(), BOB) == TaskStatus.INPUT_REQUIRED);
            assertThat(tasks.ages("halted"::equals))
                    .containsExactlyInAnyOrder(Duration.ofSeconds(2), Duration.ZERO);

            assertThat(tasks.stop("halted"::equals, "why")).isEqualTo(2);

            assertThat(tasks.ages("halted"::equals)).isEmpty();
            for (TaskView it : List.of(tasks.view(old.id(), ANN), tasks.view(asking.id(), BOB))) {
                assertThat(it.task().status()).isEqualTo(TaskStatus.FAILED);
                assertThat(it.task().error())
                        .isEqualTo(new TaskError(ErrorCode.INTERRUPTED, "why", null));
            }
            await().until(() -> tasks.running() == 1);
            assertThat(status(tasks, other.id(), ANN)).isEqualTo(TaskStatus.WORKING);
            assertThat(tasks.stop("halted"::equals, "why")).isZero();
        }
    }

    private static void ask(LiveTask task) {
        try {
            var _ = task.ask(Map.of("q", new ElicitForm("?", JsonObject.EMPTY)));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aThreadThatDoesNotStopIsReported() {
        try (Tasks tasks = tasks(SMALL)) {
            AtomicBoolean stop = new AtomicBoolean();
            CountDownLatch entered = new CountDownLatch(1);
            LiveTask task = tasks.create(order(ANN, null));
            tasks.start(
                    task,
                    () -> {
                        entered.countDown();
                        while (!stop.get()) {
                            Thread.interrupted();
                            LockSupport.parkNanos(1_000_000);
                        }
                    });
            await().until(() -> entered.getCount() == 0);
            tasks.cancel(task.id(), ANN);
            clock.pass(Duration.ofSeconds(2));
            await().untilAsserted(
                            () ->
                                    assertThat(events)
                                            .anyMatch(TaskEvent.TaskAbandoned.class::isInstance));
            stop.set(true);
            await().until(() -> tasks.running() == 0);
        }
    }

    @Test
    void aQuestionWaitsUntilItIsAnswered() throws InterruptedException {
        try (Tasks tasks = tasks(SMALL)) {
            AtomicReference<Map<String, InputResponse>> got = new AtomicReference<>();
            LiveTask task = asking(tasks, got);
            await().until(() -> status(tasks, task.id(), ANN) == TaskStatus.INPUT_REQUIRED);
            task.answer(Map.of("other", ElicitResult.decline()));
            assertThat(tasks.view(task.id(), ANN).questions()).containsOnlyKeys("first", "second");
            task.answer(Map.of("first", ElicitResult.decline()));
            assertThat(tasks.view(task.id(), ANN).questions()).containsOnlyKeys("second");
            task.answer(Map.of("first", ElicitResult.cancel()));
            task.answer(Map.of("second", ElicitResult.decline()));
            await().until(() -> status(tasks, task.id(), ANN) == TaskStatus.COMPLETED);
            assertThat(got.get())
                    .isEqualTo(
                            Map.of(
                                    "first",
                                    ElicitResult.decline(),
                                    "second",
                                    ElicitResult.decline()));
        }
    }

    private LiveTask asking(Tasks tasks, AtomicReference<Map<String, InputResponse>> got) {
        LiveTask task = tasks.create(order(ANN, null));
        ElicitForm form = new ElicitForm("?", JsonObject.EMPTY);
        tasks.start(
                task,
                () -> {
                    try {
                        got.set(task.ask(Map.of("first", form, "second", form)));
                        tasks.finish(task, RESULT, false);
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    } catch (McpException refused) {
                        tasks.fail(task, new TaskError(refused.code(), "refused", null));
                    }
                });
        return task;
    }

    @Test
    void aQuestionIsBroughtByOneAtATime() {
        try (Tasks tasks = tasks(SMALL)) {
            LiveTask task = asking(tasks, new AtomicReference<>());
            await().until(() -> status(tasks, task.id(), ANN) == TaskStatus.INPUT_REQUIRED);
            assertThat(task.claim()).containsOnlyKeys("first", "second");
            assertThat(task.claim()).isEmpty();
            task.giveBack(Set.of("second"));
            assertThat(task.claim()).containsOnlyKeys("second");
            task.refuse(Set.of("second"), new McpException(ErrorCode.INVALID_REQUEST, "no"));
            await().until(() -> status(tasks, task.id(), ANN) == TaskStatus.FAILED);
        }
    }

    @Test
    void whatRunsWhenTheServerStopsIsFailed() {
        MemoryTaskStore store = new MemoryTaskStore();
        Tasks tasks = tasks(SMALL, store);
        LiveTask task = hanging(tasks, ANN);
        await().until(() -> task.thread() != null);
        tasks.close();
        TaskRecord kept = store.read(task.id()).orElseThrow();
        assertThat(kept.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(kept.error().code()).isEqualTo(ErrorCode.INTERRUPTED);
        await().until(() -> task.thread() == null);
        assertThatThrownBy(() -> tasks.create(order(ANN, null)))
                .isInstanceOfSatisfying(
                        McpException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERRUPTED));
    }

    @Test
    void whatRanWhenTheProcessDiedIsFailedAndWhatHadEndedIsKept() {
        MemoryTaskStore store = new MemoryTaskStore();
        Tasks first = tasks(SMALL, store);
        LiveTask running = hanging(first, ANN);
        LiveTask over = ended(first, ANN);
        clock.pass(Duration.ofMinutes(30));
        try (Tasks second = tasks(SMALL, store)) {
            assertThat(status(second, over.id(), ANN)).isEqualTo(TaskStatus.COMPLETED);
            TaskRecord found = second.view(running.id(), ANN).task();
            assertThat(found.status()).isEqualTo(TaskStatus.FAILED);
            assertThat(found.error().code()).isEqualTo(ErrorCode.INTERRUPTED);
            assertThat(events).contains(new TaskEvent.TasksInterrupted(1));
            assertThat(second.size()).isEqualTo(2);
            clock.pass(Duration.ofMinutes(29));
            assertThat(second.size()).isEqualTo(2);
            clock.pass(Duration.ofMinutes(1));
            await().until(() -> second.size() == 0);
        }
    }

    @Test
    void anEndThatCannotBeStoredIsSeenAndStoredLater() {
        BusyStore store = new BusyStore();
        try (Tasks tasks = tasks(SMALL, store)) {
            LiveTask task = tasks.create(order(ANN, null));
            store.busy = true;
            tasks.start(task, () -> tasks.finish(task, RESULT, false));
            await().until(() -> status(tasks, task.id(), ANN) == TaskStatus.COMPLETED);
            assertThat(store.read(task.id()).orElseThrow().status()).isEqualTo(TaskStatus.WORKING);
            store.busy = false;
            await().untilAsserted(
                            () ->
                                    assertThat(store.read(task.id()).orElseThrow().status())
                                            .isEqualTo(TaskStatus.COMPLETED));
            assertThat(tasks.view(task.id(), ANN).task().result()).isEqualTo(RESULT);
        }
    }

    @Test
    void aTaskThatCannotBeStoredIsNotMade() {
        BusyStore store = new BusyStore();
        store.busy = true;
        try (Tasks tasks = tasks(SMALL, store)) {
            assertThatThrownBy(() -> tasks.create(order(ANN, null)))
                    .isInstanceOf(McpException.class);
            assertThat(tasks.size()).isZero();
            assertThat(tasks.running()).isZero();
        }
    }

    @Test
    void aTaskOfWhichTheStoreCannotSayWhetherItHasItIsSeenByNobodyAndForgotten() {
        BusyStore store = new BusyStore();
        try (Tasks tasks = tasks(SMALL.withMax(4, 4, 4).withPageSize(2), store)) {
            LiveTask first = tasks.create(order(ANN, null));
            store.forgetsNothing = true; // else the timer is faster than whoever looks at it
            store.losesAnswers = true;
            assertThatThrownBy(() -> tasks.create(order(ANN, null)))
                    .isInstanceOf(McpException.class);
            store.losesAnswers = false;
            List<TaskRecord> stored = store.listByOwner("principal ann", null, 10);
            assertThat(stored).hasSize(2);
            String ghost =
                    stored.stream()
                            .map(TaskRecord::id)
                            .filter(id -> !id.equals(first.id()))
                            .findFirst()
                            .orElseThrow();
            assertThat(listed(tasks, "principal ann")).hasSize(1);
            assertThat(tasks.isVisible(ghost, ANN)).isFalse();
            assertThatThrownBy(() -> tasks.view(ghost, ANN)).hasMessage("Task not found");
            assertThat(tasks.size()).isEqualTo(1);
            assertThat(tasks.running()).isEqualTo(1);
            store.forgetsNothing = false;
            await().until(() -> store.read(ghost).isEmpty());
            tasks.create(order(ANN, null));
            tasks.create(order(ANN, null));
            // its place is free, a moment after it is forgotten
            await().ignoreExceptionsInstanceOf(McpException.class)
                    .untilAsserted(() -> tasks.create(order(ANN, null)));
            assertThat(listed(tasks, "principal ann")).hasSize(4).doesNotContain(ghost);
            assertThat(events.stream().filter(TaskEvent.TasksExpired.class::isInstance)).isEmpty();
        }
    }

    private LiveTask watched(Tasks tasks, List<TaskView> told) {
        return tasks.create(new TaskOrder("principal ann", ANN, "work", null, told::add));
    }

    private static List<String> messages(List<TaskView> told) {
        return told.stream().map(it -> String.valueOf(it.task().statusMessage())).toList();
    }

    @Test
    void whatIsSaidLastIsToldAlthoughItFollowedTooSoon() {
        List<TaskView> told = new CopyOnWriteArrayList<>();
        try (Tasks tasks = tasks(SMALL)) {
            LiveTask task = watched(tasks, told);
            task.say("1 of 3");
            task.say("2 of 3");
            task.say("3 of 3");
            task.tellLate();
            assertThat(messages(told)).containsExactly("1 of 3");
            clock.pass(Duration.ofMillis(250));
            await().untilAsserted(
                            () -> assertThat(messages(told)).containsExactly("1 of 3", "3 of 3"));
            task.tellLate();
            assertThat(told).hasSize(2);
        }
    }

    @Test
    void nothingIsToldBehindTheEnd() {
        List<TaskView> told = new CopyOnWriteArrayList<>();
        try (Tasks tasks = tasks(SMALL)) {
            LiveTask task = watched(tasks, told);
            task.say("1 of 2");
            task.say("2 of 2");
            tasks.finish(task, RESULT, false);
            clock.pass(Duration.ofSeconds(1));
            task.tellLate();
            task.say("3 of 2");
            task.answer(Map.of());
            assertThat(told)
                    .extracting(it -> it.task().status().isFinal())
                    .containsExactly(false, true);
            assertThat(task.isLate()).isFalse();
        }
    }

    @Test
    void whatIsSaidWhileOneIsToldIsToldOnceAndInOrder() throws Exception {
        List<TaskView> told = new CopyOnWriteArrayList<>();
        CountDownLatch telling = new CountDownLatch(1);
        try (Tasks tasks = tasks(SMALL)) {
            LiveTask task =
                    tasks.create(
                            new TaskOrder(
                                    "principal ann",
                                    ANN,
                                    "work",
                                    null,
                                    view -> {
                                        told.add(view);
                                        telling.countDown();
                                        hang();
                                    }));
            List<Thread> threads = new ArrayList<>();
            threads.add(Threads.startVirtual("says 1", () -> task.say("1 of 3")));
            telling.await();
            for (String message : List.of("2 of 3", "3 of 3")) {
                clock.pass(Duration.ofMillis(250));
                Thread next = Threads.startVirtual("says " + message, () -> task.say(message));
                threads.add(next);
                await().until(() -> next.getState() == Thread.State.WAITING);
            }
            release.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(messages(told)).containsExactly("1 of 3", "3 of 3");
        }
    }
}
