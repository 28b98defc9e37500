package io.erlmcp.task;

import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Tasks on a clock that tests move, and work that they let go. */
abstract class TasksFixture {
    static final Principal ANN = new Principal("ann", Set.of("read"));
    static final Principal BOB = new Principal("bob", Set.of("read"));
    static final JsonSlice RESULT = JsonSlice.of(JsonObject.of("content", List.of()));
    static final TaskLimits SMALL =
            TaskLimits.DEFAULTS
                    .withMax(3, 3, 3)
                    .withTimes(Duration.ofHours(1), Duration.ofSeconds(1));

    /** A clock that tests move. */
    static final class Clock implements Time {
        private volatile long nanos = 1;
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Instant now() {
            return now;
        }

        void pass(Duration time) {
            nanos += time.toNanos();
            now = now.plus(time);
        }

        void jump(Duration time) {
            now = now.plus(time);
        }
    }

    final Clock clock = new Clock();
    final Timers timers = new Timers("test-timers");
    final List<Event> events = new CopyOnWriteArrayList<>();
    final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void stop() {
        release.countDown();
        timers.close();
    }

    Tasks tasks(TaskLimits limits, TaskStore store) {
        return new Tasks(limits, store, clock, timers, events::add);
    }

    Tasks tasks(TaskLimits limits) {
        return tasks(limits, new MemoryTaskStore());
    }

    static TaskOrder order(Principal whose, @Nullable Duration ttl) {
        return order(whose, ttl, "work");
    }

    static TaskOrder order(Principal whose, @Nullable Duration ttl, String name) {
        return new TaskOrder("principal " + whose.name(), whose, name, ttl, view -> {});
    }

    LiveTask hanging(Tasks tasks, Principal whose) {
        return hanging(tasks, whose, "work");
    }

    LiveTask hanging(Tasks tasks, Principal whose, String name) {
        LiveTask task = tasks.create(order(whose, null, name));
        tasks.start(task, this::hang);
        return task;
    }

    void hang() {
        try {
            release.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    LiveTask ended(Tasks tasks, Principal whose) {
        LiveTask task = tasks.create(order(whose, null));
        tasks.start(task, () -> tasks.finish(task, RESULT, false));
        await().until(() -> status(tasks, task.id(), whose) == TaskStatus.COMPLETED);
        return task;
    }

    static TaskStatus status(Tasks tasks, String id, Principal whose) {
        return tasks.view(id, whose).task().status();
    }

    /** The ids of all, page by page. */
    static List<String> listed(Tasks tasks, String owner) {
        List<String> ids = new ArrayList<>();
        TaskPage page = tasks.list(owner, null);
        while (page.mayGoOn()) {
            page.tasks().forEach(it -> ids.add(it.task().id()));
            page = tasks.list(owner, behind(page));
        }
        page.tasks().forEach(it -> ids.add(it.task().id()));
        return ids;
    }

    static TaskStore.Place behind(TaskPage page) {
        TaskRecord last = page.tasks().getLast().task();
        return new TaskStore.Place(last.created(), last.id());
    }
}
