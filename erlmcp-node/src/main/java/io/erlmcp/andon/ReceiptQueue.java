package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.Component;
import io.erlmcp.supervision.ComponentFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Receipts of what the node does by itself, written aside: whoever acts does not wait for the disk.
 * The same action on the same component is written down at most once in a while, and then with how
 * often it was taken, so that something that flaps does not push the receipts of operators out.
 * What is bounded otherwise has a receipt each time ({@link #offerEach}).
 *
 * <p>Process model: one virtual thread that writes for each run, of which there is one at a time,
 * started by {@link #run} and joined by its end; a supervisor starts the next when it fails. What
 * waits outlives the runs, and {@link #close} has what is left written. Any thread may offer.
 */
public final class ReceiptQueue implements AutoCloseable {
    /** Different actions that wait; beyond that they are counted only. */
    static final int MAX_WAITING = 1_000;

    /** Between two receipts of the same action on the same component. */
    private static final Duration APART = Duration.ofSeconds(10);

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final Duration LAST_WRITES = Duration.ofSeconds(2);

    private static final String OWN_ACTIONS = "receipts of the node's own actions";

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

    /** Counts the runs: a writer whose run is over ends. */
    private long run;

    private @Nullable Thread latest;

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
    public Component run(ComponentFactory.Life life) {
        Thread writer = begin(life::failed);
        return () -> {
            over();
            if (!writer.join(LAST_WRITES)) {
                late(writer);
            }
        };
    }

    private Thread begin(Consumer<Throwable> failed) {
        long mine = over();
        lock.lock();
        try {
            Thread before = latest;
            Thread begun = Threads.startVirtual("receipts", () -> write(mine, before, failed));
            latest = begun;
            return begun;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the run that there is, and gives the number of the next. */
    private long over() {
        lock.lock();
        try {
            run++;
            changed.signalAll();
            return run;
        } finally {
            lock.unlock();
        }
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

    private void write(long mine, @Nullable Thread before, Consumer<Throwable> failed) {
        try {
            if (before != null) {
                before.join(); // it may be at its last one, which comes first
            }
            Map.Entry<Key, Draft> next = next(mine);
            while (next != null) {
                write(next.getKey(), next.getValue());
                next = next(mine);
            }
        } catch (InterruptedException | RuntimeException | Error end) {
            // whatever ends it: without it nothing is written down any more
            failed.accept(end);
        }
    }

    /** Waits for one whose time has come; null when all are written, or the run is over. */
    private Map.@Nullable Entry<Key, Draft> next(long mine) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (mine == run) {
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
            return null;
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

    private void late(Thread writer) {
        writer.interrupt();
        observer.on(new AndonEvent.NotKept(OWN_ACTIONS, "they took longer than " + LAST_WRITES));
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
        } finally {
            lock.unlock();
        }
        Thread last =
                begin(
                        problem ->
                                observer.on(
                                        new AndonEvent.NotKept(OWN_ACTIONS, problem.toString())));
        try {
            if (!last.join(LAST_WRITES)) {
                late(last);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
