package io.erlmcp.task;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What has to be done about tasks that nobody asks for: old ones are forgotten, ends that could not
 * be stored are stored again, threads that do not stop are told of, and so is what was said last.
 *
 * <p>Process model: {@link #run} is called by the timer and waits for nothing; a virtual thread,
 * one at a time, does what waits for the store, and another one tells.
 */
final class TaskSweep {
    static final Duration PERIOD = Duration.ofMillis(200);

    private static final int PAGE = 1_000;
    private static final long GRACE_NANOS = Duration.ofSeconds(1).toNanos();

    private static final TaskError TOO_OLD =
            new TaskError(
                    ErrorCode.DEADLINE_EXCEEDED, "The task ran for as long as it is kept", null);

    private final TaskStore store;
    private final Shelf shelf;
    private final Map<String, LiveTask> live;
    private final Time time;
    private final Observer observer;
    private final Map<LiveTask, Long> stoppedNanos = new ConcurrentHashMap<>();
    private final Set<LiveTask> unsaved = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isSweeping = new AtomicBoolean();
    private final AtomicBoolean isTelling = new AtomicBoolean();

    TaskSweep(
            TaskStore store,
            Shelf shelf,
            Map<String, LiveTask> live,
            Time time,
            Observer observer) {
        this.store = store;
        this.shelf = shelf;
        this.live = live;
        this.time = time;
        this.observer = observer;
    }

    /** The end of that task could not be stored. */
    void saveLater(LiveTask task) {
        unsaved.add(task);
    }

    /** What could not be stored until now. */
    List<TaskRecord> unsaved() {
        return unsaved.stream().map(LiveTask::record).toList();
    }

    /** Interrupts the thread of a task that has ended without it. */
    void stop(LiveTask task) {
        stoppedNanos.put(task, time.nanos());
        task.interrupt();
        if (task.thread() == null) {
            stoppedNanos.remove(task);
        }
    }

    void threadEnded(LiveTask task) {
        stoppedNanos.remove(task);
    }

    void run() {
        long now = time.nanos();
        stoppedNanos.forEach((task, since) -> reportIfStuck(task, now - since));
        if ((!unsaved.isEmpty() || shelf.isAnyDue(now)) && isSweeping.compareAndSet(false, true)) {
            Threads.startVirtual("sweep tasks", this::sweep);
        }
        if (live.values().stream().anyMatch(LiveTask::isLate)
                && isTelling.compareAndSet(false, true)) {
            Threads.startVirtual("tell of tasks", this::tellLate);
        }
    }

    private void tellLate() {
        try {
            live.values().forEach(LiveTask::tellLate);
        } finally {
            isTelling.set(false);
        }
    }

    private void reportIfStuck(LiveTask task, long nanos) {
        Thread thread = task.thread();
        if (nanos > GRACE_NANOS && stoppedNanos.remove(task) != null && thread != null) {
            observer.on(new TaskEvent.TaskAbandoned(task.record().name(), thread.getName()));
        }
    }

    private void sweep() {
        try {
            saveAgain();
            forget(shelf.due(time.nanos(), PAGE));
        } catch (McpException storeBusy) {
            // The next sweep tries again.
            return;
        } finally {
            isSweeping.set(false);
        }
    }

    private void saveAgain() {
        List<LiveTask> some = unsaved.stream().limit(PAGE).toList();
        if (!some.isEmpty()) {
            store.update(some.stream().map(LiveTask::record).toList());
            some.forEach(task -> live.remove(task.id()));
            some.forEach(unsaved::remove);
        }
    }

    private void forget(List<String> due) {
        if (due.isEmpty()) {
            return;
        }
        for (String id : due) {
            LiveTask old = live.get(id);
            if (old != null && old.beginEnd()) {
                end(old);
            }
        }
        store.delete(due);
        int expired = (int) due.stream().filter(shelf::holds).count();
        due.forEach(live::remove);
        due.forEach(shelf::remove);
        if (expired > 0) {
            observer.on(new TaskEvent.TasksExpired(expired));
        }
    }

    private void end(LiveTask old) {
        try {
            stop(old);
            old.ended(old.record().failed(TOO_OLD, time.now()));
        } finally {
            old.endsLater(); // where it has not ended
        }
        observer.on(new TaskEvent.TaskEnded(old.record().name(), TaskStatus.FAILED, old.nanos()));
    }
}
