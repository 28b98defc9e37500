// tidy: file-length, because the whole life of a task stands here
package io.erlmcp.task;

import io.erlmcp.json.JsonSlice;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.security.Principal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a server: makes them, runs their work, keeps what came of it for as long as was
 * promised, and shows it to their owners alone. A task that ran when its process died is failed
 * when the next one finds it; nothing runs twice.
 *
 * <p>Process model: one virtual thread for each task that runs, joined by {@link #close}; one now
 * and then for the sweep, which the timer starts. Methods that touch a durable store wait for it.
 */
public final class Tasks implements AutoCloseable {
    private static final int ID_BYTES = 24;
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final TaskError STOPPED =
            new TaskError(
                    ErrorCode.INTERRUPTED,
                    "The server stopped while the task ran; it was not run again",
                    null);
    private static final TaskError DIED =
            new TaskError(
                    ErrorCode.INTERRUPTED,
                    "The server died while the task ran; it was not run again",
                    null);
    private final TaskLimits limits;
    private final TaskStore store;
    private final Time time;
    private final Observer observer;
    private final Shelf shelf;
    private final Semaphore running;
    private final SecureRandom random = new SecureRandom();
    private final AtomicLong number = new AtomicLong();
    private final Map<String, LiveTask> live = new ConcurrentHashMap<>();
    private final TaskSweep sweep;
    private volatile boolean closed;

    /** Takes on what {@code store} has; may wait for it. */
    public Tasks(TaskLimits limits, TaskStore store, Time time, Timers timers, Observer observer) {
        this.limits = limits;
        this.store = store;
        this.time = time;
        this.observer = observer;
        this.shelf = new Shelf(limits);
        this.running = new Semaphore(limits.maxRunning());
        this.sweep = new TaskSweep(store, shelf, live, time, observer);
        restore();
        timers.every(TaskSweep.PERIOD, sweep::run);
    }

    private void restore() {
        List<TaskRecord> interrupted = new ArrayList<>();
        Instant now = time.now();
        store.each(
                task -> {
                    Duration left = Duration.between(now, task.created().plus(task.ttl()));
                    // The clock may have been set: nothing is kept for longer than promised.
                    Duration most = left.compareTo(task.ttl()) > 0 ? task.ttl() : left;
                    shelf.restore(place(task, most), task.resultBytes());
                    if (!task.status().isFinal()) {
                        interrupted.add(task.failed(DIED, now));
                    }
                });
        if (!interrupted.isEmpty()) {
            store.update(interrupted);
            observer.on(new TaskEvent.TasksInterrupted(interrupted.size()));
        }
    }

    private Shelf.Place place(TaskRecord task, Duration left) {
        return new Shelf.Place(
                task.id(), task.owner(), task.principal(), time.nanos() + left.toNanos());
    }

    // ---- a task's life ----

    /**
     * Makes a task and stores it; its work begins with {@link #start}.
     *
     * @throws McpException -31001 when there are too many
     */
    public LiveTask create(TaskOrder order) {
        TaskRecord task = TaskRecord.working(newId(), order, ttl(order.ttl()), time.now());
        try {
            admit(task);
        } catch (McpException refusal) {
            observer.on(
                    new TaskEvent.TaskRefused(order.name(), String.valueOf(refusal.getMessage())));
            throw refusal;
        }
        LiveTask made = new LiveTask(task, time, limits.pollInterval(), order.watcher());
        live.put(task.id(), made);
        store(task);
        observer.on(new TaskEvent.TaskCreated(order.name()));
        return made;
    }

    private void store(TaskRecord task) {
        boolean isKnown = true;
        boolean isStored = false;
        try {
            store.create(task);
            isStored = true;
        } catch (McpException storeBusy) {
            isKnown = false; // it may be stored yet, and would work for ever: it is forgotten later
            throw storeBusy;
        } finally {
            if (!isStored) {
                live.remove(task.id());
                running.release();
            }
            if (!isKnown) {
                shelf.doubt(task.id(), time.nanos());
            } else if (!isStored) {
                shelf.remove(task.id());
            }
        }
    }

    private void admit(TaskRecord task) {
        if (closed) {
            throw new McpException(ErrorCode.INTERRUPTED, STOPPED.message());
        }
        if (!running.tryAcquire()) {
            throw Shelf.full(limits.maxRunning() + " tasks run, the limit of maxRunning");
        }
        boolean taken = false;
        try {
            shelf.take(place(task, task.ttl()));
            taken = true;
        } finally {
            if (!taken) {
                running.release();
            }
        }
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private Duration ttl(@Nullable Duration wish) {
        if (wish == null || wish.compareTo(limits.ttl()) > 0) {
            return limits.ttl();
        }
        return wish.compareTo(TaskLimits.MIN_TTL) < 0 ? TaskLimits.MIN_TTL : wish;
    }

    /** Runs {@code work} on a thread of its own; it ends the task, whatever happens. */
    public void start(LiveTask task, Runnable work) {
        String name = "task-" + number.incrementAndGet() + ' ' + task.record().name();
        Threads.startVirtual(
                name,
                () -> {
                    task.runOn(Thread.currentThread());
                    try {
                        if (!task.isEnding()) {
                            work.run();
                        }
                    } finally {
                        task.runOn(null);
                        running.release();
                        sweep.threadEnded(task);
                    }
                });
    }

    /**
     * Ends a task with its result.
     *
     * @param isToolError the result says that the tool failed
     */
    public void finish(LiveTask task, JsonSlice result, boolean isToolError) {
        if (task.beginEnd()) {
            end(task, () -> finished(task, result, isToolError));
        }
    }

    private TaskRecord finished(LiveTask task, JsonSlice result, boolean isToolError) {
        TaskError tooLong = null;
        if (result.length() > limits.maxResultBytes()) {
            tooLong =
                    notKept(
                            "The result has "
                                    + result.length()
                                    + " bytes, at most "
                                    + limits.maxResultBytes()
                                    + " are kept");
        } else if (!shelf.charge(task.id(), result.length())) {
            tooLong =
                    notKept(
                            "The result has "
                                    + result.length()
                                    + " bytes, and all results together have at most "
                                    + limits.maxKeptBytes());
        }
        TaskRecord before = task.record();
        return tooLong != null
                ? before.failed(tooLong, time.now())
                : before.ended(
                        isToolError ? TaskStatus.TOOL_ERROR : TaskStatus.COMPLETED,
                        null,
                        result.copy(),
                        null,
                        time.now());
    }

    private static TaskError notKept(String why) {
        return new TaskError(ErrorCode.INTERNAL_ERROR, why, null);
    }

    /** Ends a task with an error. */
    public void fail(LiveTask task, TaskError error) {
        if (task.beginEnd()) {
            end(task, () -> task.record().failed(error, time.now()));
        }
    }

    /** What began to end and did not, because there was no memory for it, may end otherwise. */
    private void end(LiveTask task, Supplier<TaskRecord> last) {
        try {
            save(task, last.get());
        } finally {
            task.endsLater();
        }
    }

    /** Shows the end once it is stored; where that fails, the sweep tries again. */
    private void save(LiveTask task, TaskRecord last) {
        try {
            store.update(List.of(last));
            task.ended(last);
            live.remove(last.id());
        } catch (McpException storeBusy) {
            task.ended(last);
            sweep.saveLater(task);
            observer.on(
                    new TaskEvent.TaskUnsaved(last.name(), String.valueOf(storeBusy.getMessage())));
        }
        observer.on(new TaskEvent.TaskEnded(last.name(), last.status(), task.nanos()));
    }

    // ---- for its owner ----

    /**
     * The task as it is now; may wait for the store.
     *
     * @throws McpException -32602 when there is none of that id, or it is another caller's
     */
    public TaskView view(String id, Principal caller) {
        LiveTask running = live.get(id);
        TaskView found =
                running != null
                        ? running.view()
                        : stored(id).map(this::ended).orElseThrow(Tasks::notFound);
        if (!found.task().isOf(caller)) {
            throw notFound();
        }
        return found;
    }

    private Optional<TaskRecord> stored(String id) {
        return shelf.holds(id) ? store.read(id) : Optional.empty();
    }

    private TaskView ended(TaskRecord task) {
        return new TaskView(task, Map.of(), Long.MAX_VALUE, limits.pollInterval());
    }

    private static McpException notFound() {
        return McpException.invalidParams("Task not found");
    }

    /** Whether {@code caller} may see such a task; does not wait. */
    public boolean isVisible(String id, Principal caller) {
        return shelf.isVisible(id, caller);
    }

    /** The task, if it still runs and is this caller's; null when it has ended or is not known. */
    public @Nullable LiveTask live(String id, Principal caller) {
        LiveTask task = live.get(id);
        return task != null && task.record().isOf(caller) ? task : null;
    }

    /**
     * Stops a task that runs; its thread is interrupted.
     *
     * @return false when it had ended before
     * @throws McpException -32602 when there is none of that id, or it is another caller's
     */
    public boolean cancel(String id, Principal caller) {
        view(id, caller);
        LiveTask task = live.get(id);
        return task != null && stop(task, record -> record.cancelled(time.now()));
    }

    /** False when it had ended before. */
    private boolean stop(LiveTask task, UnaryOperator<TaskRecord> last) {
        if (!task.beginEnd()) {
            return false;
        }
        end(
                task,
                () -> {
                    sweep.stop(task);
                    return last.apply(task.record());
                });
        return true;
    }

    /** A page of an owner's tasks behind that place; reads those of the page and no others. */
    public TaskPage list(String owner, TaskStore.@Nullable Place after) {
        List<TaskView> page = new ArrayList<>();
        TaskStore.Place from = after;
        int missing = limits.pageSize();
        while (missing > 0) {
            List<TaskRecord> found = store.listByOwner(owner, from, missing);
            for (TaskRecord task : found) {
                from = new TaskStore.Place(task.created(), task.id());
                if (!shelf.isDoubtful(task.id())) {
                    page.add(current(task));
                }
            }
            boolean isEnd = found.size() < missing;
            missing = isEnd ? 0 : limits.pageSize() - page.size();
        }
        boolean isFull = page.size() == limits.pageSize();
        boolean isAll = after == null && shelf.ofOwner(owner) <= page.size();
        return new TaskPage(page, isFull && !isAll);
    }

    private TaskView current(TaskRecord stored) {
        LiveTask running = live.get(stored.id());
        return running != null ? running.view() : ended(stored);
    }

    public TaskLimits limits() {
        return limits;
    }

    // ---- for whoever watches and stops ----

    /** Tasks that are kept, running and ended. */
    public int size() {
        return shelf.size();
    }

    /** Tasks whose threads work or wait for answers. */
    public int running() {
        return limits.maxRunning() - running.availablePermits();
    }

    /** Tasks that work, those that wait for their client not counted. */
    public int working() {
        int count = 0;
        for (LiveTask task : live.values()) {
            count += task.record().status() == TaskStatus.WORKING ? 1 : 0;
        }
        return count;
    }

    /**
     * For how long each task goes on already whose name {@code which} picks, those that wait for
     * their clients included.
     */
    public List<Duration> ages(Predicate<String> which) {
        List<Duration> ages = new ArrayList<>();
        for (LiveTask task : live.values()) {
            if (!task.isEnding() && which.test(task.record().name())) {
                ages.add(Duration.ofNanos(task.nanos()));
            }
        }
        return ages;
    }

    /**
     * Fails the tasks whose names {@code which} picks with -31004, and interrupts them, one after
     * the other; waits for the store.
     *
     * @param why for their owners
     * @return how many
     */
    public int stop(Predicate<String> which, String why) {
        TaskError error = new TaskError(ErrorCode.INTERRUPTED, why, null);
        int stopped = 0;
        for (LiveTask task : live.values()) {
            boolean isMeant = which.test(task.record().name());
            if (isMeant && stop(task, record -> record.failed(error, time.now()))) {
                stopped++;
            }
        }
        return stopped;
    }

    /** Fails what runs with -31004, interrupts it, and waits a moment for its threads. */
    @Override
    public void close() {
        closed = true;
        List<TaskRecord> last = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (LiveTask task : live.values()) {
            Thread thread = task.thread();
            if (thread != null) {
                threads.add(thread);
            }
            if (task.beginEnd()) {
                TaskRecord failed = task.record().failed(STOPPED, time.now());
                last.add(failed);
                task.interrupt();
                task.ended(failed);
                observer.on(new TaskEvent.TaskEnded(failed.name(), failed.status(), task.nanos()));
            }
        }
        last.addAll(sweep.unsaved());
        try {
            if (!last.isEmpty()) {
                store.update(last);
            }
        } catch (McpException storeBusy) {
            // Stored as running, they are marked as failed when the store is opened again.
            last.clear();
        }
        join(threads);
    }

    private static void join(List<Thread> threads) {
        long end = System.nanoTime() + GRACE.toNanos();
        try {
            for (Thread thread : threads) {
                Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
                if (!thread.join(left) && left.toNanos() <= 1) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
