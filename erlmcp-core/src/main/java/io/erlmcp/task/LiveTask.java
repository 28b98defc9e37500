package io.erlmcp.task;

import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task whose work goes on: what it says, asks, and is answered.
 *
 * <p>Process model: made by {@link Tasks}; its work runs on one virtual thread that ends with it
 * or, when it is stopped, by an interrupt. Others read it, answer its questions and wait for
 * changes.
 */
public final class LiveTask {
    private static final long SAYING_NANOS = Duration.ofMillis(250).toNanos();

    private final Time time;
    private final Duration pollInterval;
    private final Consumer<TaskView> watcher;
    private final long startedNanos;
    private final AtomicBoolean ending = new AtomicBoolean();

    /** Guards everything below but the thread. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Map<String, InputRequest> open = new LinkedHashMap<>();
    private final Map<String, InputResponse> answers = new LinkedHashMap<>();
    private final Map<String, McpException> refusals = new LinkedHashMap<>();
    private final Set<String> claimed = new HashSet<>();
    private TaskRecord record;
    private long version;
    private long lastSaidNanos;

    /** Something was said too soon after something else to be told at once. */
    private volatile boolean isLate;

    /** Guards the order in which changes are told; whoever tells waits for nothing else. */
    private final ReentrantLock telling = new ReentrantLock();

    private long toldVersion;

    private volatile @Nullable Thread thread;

    LiveTask(TaskRecord record, Time time, Duration pollInterval, Consumer<TaskView> watcher) {
        this.record = record;
        this.time = time;
        this.pollInterval = pollInterval;
        this.watcher = watcher;
        this.startedNanos = time.nanos();
        this.lastSaidNanos = startedNanos - SAYING_NANOS;
    }

    public String id() {
        return record().id();
    }

    TaskRecord record() {
        return view().task();
    }

    long nanos() {
        return time.nanos() - startedNanos;
    }

    /** As it is now. */
    public TaskView view() {
        lock.lock();
        try {
            return new TaskView(record, open, version, pollInterval);
        } finally {
            lock.unlock();
        }
    }

    /** True once it was stopped, or has ended. */
    public boolean isEnding() {
        return ending.get();
    }

    /** Time until it is stopped for its age. */
    public Duration timeLeft() {
        return Duration.ofNanos(Math.max(0, record().ttl().toNanos() - nanos()));
    }

    // ---- for the work ----

    /**
     * Tells how far the work is; what is said too soon after something else is told a moment later,
     * if it is the last by then.
     */
    public void say(String message) {
        lock.lock();
        try {
            if (record.status().isFinal()) {
                return;
            }
            record = record.with(record.status(), message, time.now());
            version++;
            isLate = true;
            if (!isDue()) {
                return;
            }
            saying();
        } finally {
            lock.unlock();
        }
        tell();
    }

    private boolean isDue() {
        return time.nanos() - lastSaidNanos >= SAYING_NANOS;
    }

    private void saying() {
        isLate = false;
        lastSaidNanos = time.nanos();
    }

    /** Whether something was said that is not told yet. */
    boolean isLate() {
        return isLate;
    }

    /** Tells what was said last, when it is time to. */
    void tellLate() {
        lock.lock();
        try {
            if (!isLate || !isDue()) {
                return;
            }
            saying();
        } finally {
            lock.unlock();
        }
        tell();
    }

    /**
     * Asks, and waits until every question is answered.
     *
     * @throws McpException that the answering side gave for one of them
     */
    public Map<String, InputResponse> ask(Map<String, InputRequest> questions)
            throws InterruptedException {
        lock.lock();
        try {
            open.putAll(questions);
            record = record.with(TaskStatus.INPUT_REQUIRED, null, time.now());
            moved();
        } finally {
            lock.unlock();
        }
        tell();
        try {
            return await(questions.keySet());
        } finally {
            goOn(questions.keySet());
        }
    }

    private Map<String, InputResponse> await(Set<String> keys) throws InterruptedException {
        lock.lock();
        try {
            while (!answers.keySet().containsAll(keys) && refused(keys) == null) {
                changed.await();
            }
            McpException refusal = refused(keys);
            if (refusal != null) {
                throw refusal;
            }
            Map<String, InputResponse> mine = new LinkedHashMap<>(answers);
            mine.keySet().retainAll(keys);
            return mine;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable McpException refused(Set<String> keys) {
        return keys.stream().map(refusals::get).filter(it -> it != null).findFirst().orElse(null);
    }

    private void goOn(Set<String> keys) {
        lock.lock();
        try {
            open.keySet().removeAll(keys);
            claimed.removeAll(keys);
            if (record.status().isFinal() || ending.get()) {
                return;
            }
            record = record.with(TaskStatus.WORKING, null, time.now());
            moved();
        } finally {
            lock.unlock();
        }
        tell();
    }

    private void moved() {
        version++;
        changed.signalAll();
    }

    // ---- for those who answer ----

    /** Open questions that nobody brings to the user; whoever takes them answers, or gives back. */
    public Map<String, InputRequest> claim() {
        lock.lock();
        try {
            Map<String, InputRequest> free = new LinkedHashMap<>(open);
            free.keySet().removeAll(claimed);
            claimed.addAll(free.keySet());
            return free;
        } finally {
            lock.unlock();
        }
    }

    /** Takes claimed questions back: they were not answered. */
    public void giveBack(Set<String> keys) {
        lock.lock();
        try {
            if (claimed.removeAll(keys)) {
                moved();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Answers open questions; what is not open is ignored. */
    public void answer(Map<String, InputResponse> given) {
        lock.lock();
        try {
            if (record.status().isFinal()) {
                return;
            }
            given.forEach(
                    (key, answer) -> {
                        if (open.remove(key) != null) {
                            answers.put(key, answer);
                        }
                    });
            moved();
        } finally {
            lock.unlock();
        }
        tell();
    }

    /** The questions cannot be answered. */
    public void refuse(Set<String> keys, McpException why) {
        lock.lock();
        try {
            for (String key : keys) {
                if (open.remove(key) != null) {
                    refusals.put(key, why);
                }
            }
            moved();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it is not as it was when {@code seen} was taken. */
    public void awaitChange(TaskView seen) throws InterruptedException {
        lock.lock();
        try {
            while (version == seen.version()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- for the end ----

    /** True for the first who ends it. */
    boolean beginEnd() {
        return ending.compareAndSet(false, true);
    }

    /** Where the end that was begun came to nothing, another may begin it. */
    void endsLater() {
        lock.lock();
        try {
            if (!record.status().isFinal()) {
                ending.set(false);
            }
        } finally {
            lock.unlock();
        }
    }

    void ended(TaskRecord last) {
        lock.lock();
        try {
            record = last;
            isLate = false;
            open.clear();
            moved();
        } finally {
            lock.unlock();
        }
        tell();
    }

    /** Tells how it is now, unless that was told already: nobody hears of what is past. */
    private void tell() {
        telling.lock();
        try {
            TaskView now = view();
            if (now.version() > toldVersion) {
                toldVersion = now.version();
                watcher.accept(now);
            }
        } finally {
            telling.unlock();
        }
    }

    void runOn(@Nullable Thread worker) {
        thread = worker;
    }

    @Nullable Thread thread() {
        return thread;
    }

    void interrupt() {
        Thread worker = thread;
        if (worker != null && !worker.equals(Thread.currentThread())) {
            worker.interrupt();
        }
    }
}
