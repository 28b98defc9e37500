package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Receipts of what the node does by itself, written aside: whoever acts does not wait for the disk.
 * The same action on the same component is written down at most once in a while, and then with how
 * often it was taken, so that something that flaps does not push the receipts of operators out.
 * What is bounded otherwise has a receipt each time ({@link #offerEach}).
 *
 * <p>Process model: one virtual thread that writes, started by {@link #start} and joined by {@link
 * #close}, which writes what is left. Any thread may offer.
 */
public final class ReceiptQueue implements AutoCloseable {
    /** Different actions that wait; beyond that they are counted only. */
    static final int MAX_WAITING = 1_000;

    /** Between two receipts of the same action on the same component. */
    private static final Duration APART = Duration.ofSeconds(10);

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration LAST_WRITES = Duration.ofSeconds(2);

    private final Receipts receipts;
    private final Duration apart;
    private final Time time;
    private final Observer observer;

    /** Guards all that follows; nothing is written while it is held. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Map<Key, Draft> waiting = new LinkedHashMap<>();
    private final Map<Key, Long> writtenNanos = new HashMap<>();
    private long missed;
    private long turns;
    private boolean isClosing;
    private @Nullable Thread writer;

    /**
     * @param turn 0 for what is written down once in a while; else its own number
     */
    private record Key(String action, ComponentId component, long turn) {}

    private record Draft(JsonObject details, long times) {}

    /**
     * @param observer hears of what could not be written
     */
    public ReceiptQueue(Receipts receipts, Time time, Observer observer) {
        this(receipts, APART, time, observer);
    }

    ReceiptQueue(Receipts receipts, Duration apart, Time time, Observer observer) {
        this.receipts = receipts;
        this.apart = apart;
        this.time = time;
        this.observer = observer;
    }

    /** Begins to write. */
    public void start() {
        writer = Threads.startVirtual("receipts", this::write);
    }

    /**
     * Has a receipt written soon; never waits for the disk.
     *
     * @param details never a secret; of several that wait the newest are kept
     */
    public void offer(String action, ComponentId component, JsonObject details) {
        offer(action, component, details, false);
    }

    /**
     * Has a receipt of its own written soon, however often that action is taken: for what something
     * else keeps from being taken all the time. Never waits for the disk.
     *
     * @param details never a secret
     */
    public void offerEach(String action, ComponentId component, JsonObject details) {
        offer(action, component, details, true);
    }

    private void offer(String action, ComponentId component, JsonObject details, boolean isAlone) {
        lock.lock();
        try {
            Key key = new Key(action, component, isAlone ? ++turns : 0);
            Draft before = waiting.get(key);
            if (before == null && waiting.size() >= MAX_WAITING) {
                missed++;
                return;
            }
            waiting.put(key, new Draft(details, before == null ? 1 : before.times() + 1));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        try {
            Map.Entry<Key, Draft> next = next();
            while (next != null) {
                write(next.getKey(), next.getValue());
                next = next();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for one whose time has come; null when it is closed and all are written. */
    private Map.@Nullable Entry<Key, Draft> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                long now = time.nanos();
                Key due = due(now);
                if (due != null) {
                    return Map.entry(due, taken(due, now));
                }
                if (isClosing) {
                    return null;
                }
                var _ = changed.awaitNanos(pauseNanos(now));
            }
        } finally {
            lock.unlock();
        }
    }

    /** The first that may be written down; null when each has to wait. */
    private @Nullable Key due(long now) {
        writtenNanos.values().removeIf(at -> now - at >= apart.toNanos());
        for (Key key : waiting.keySet()) {
            if (isClosing || !writtenNanos.containsKey(key)) {
                return key;
            }
        }
        return null;
    }

    private Draft taken(Key key, long now) {
        Draft draft = Objects.requireNonNull(waiting.remove(key));
        if (key.turn() == 0) {
            writtenNanos.put(key, now);
        }
        JsonObject details = draft.details();
        if (draft.times() > 1) {
            details = details.with("times", draft.times());
        }
        if (missed > 0) {
            details = details.with("missed", missed);
            missed = 0;
        }
        return new Draft(details, draft.times());
    }

    /** How long there is nothing to write, if nothing comes. */
    private long pauseNanos(long now) {
        long soonest = LONGEST_PAUSE.toNanos();
        for (Key key : waiting.keySet()) {
            long due = writtenNanos.getOrDefault(key, now) + apart.toNanos() - now;
            soonest = Math.min(soonest, due);
        }
        return soonest;
    }

    private void write(Key key, Draft draft) {
        try {
            receipts.write(Andon.NODE_ITSELF, key.action(), key.component(), draft.details());
        } catch (IOException | RuntimeException e) {
            observer.on(
                    new AndonEvent.NotKept(
                            "the receipt of " + key.action() + " of " + key.component(),
                            e.toString()));
        }
    }

    /** Writes what waits, for a moment at most. */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        Thread writing = writer;
        try {
            if (writing != null && !writing.join(LAST_WRITES)) {
                writing.interrupt();
                observer.on(
                        new AndonEvent.NotKept(
                                "receipts of the node's own actions",
                                "they took longer than " + LAST_WRITES));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
