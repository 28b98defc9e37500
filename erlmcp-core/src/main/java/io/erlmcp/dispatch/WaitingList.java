package io.erlmcp.dispatch;

import io.erlmcp.feature.Priority;
import io.erlmcp.observability.Observer;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.Restraint;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one list of calls that wait: what matters more goes first; among equals callers take turns,
 * one call each; among the calls of one caller the oldest goes first.
 *
 * <p>Process model: each call waits on its own virtual thread. Permits are handed over by the
 * thread that gives them back; a call that comes while others wait goes through the list as well,
 * so that nobody is overtaken. Who never finds anybody waiting never takes the lock.
 */
final class WaitingList {
    private static final int LEVELS = Priority.values().length;

    private final WaitingBounds bounds;
    private final Quota server;
    private final Brake brake;
    private final Time time;
    private final Observer observer;
    private final AtomicInteger waiting = new AtomicInteger();

    /** Guards all below, and the lines. */
    private final ReentrantLock lock = new ReentrantLock();

    private final List<ArrayDeque<Line>> rings =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
    private final int[] byPriority = new int[LEVELS];

    /** Lines that stand in no ring because all their permits are taken. */
    private final Set<Line> blocked = new LinkedHashSet<>();

    private final Tempo tempo = new Tempo();

    /** What was held back when permits were last given out; read without the lock, too. */
    private volatile Restraint seen = Restraint.NONE;

    private boolean warned;

    WaitingList(WaitingBounds bounds, Quota server, Brake brake, Time time, Observer observer) {
        this.bounds = bounds;
        this.server = server;
        this.brake = brake;
        this.time = time;
        this.observer = observer;
    }

    int size() {
        return waiting.get();
    }

    boolean isEmpty() {
        return waiting.get() == 0;
    }

    /**
     * Waits for the permits of {@code caller}, of the principal behind it, and of the server.
     *
     * @return null when it has them; else why it does not get them
     */
    @Nullable Overload await(
            Quota caller, @Nullable Quota principal, Priority priority, Duration limit)
            throws InterruptedException {
        Waiter waiter = null;
        Overload refusal;
        lock.lock();
        try {
            long now = time.nanos();
            Line line = caller.openLine(principal);
            refusal = refuse(line, priority, now);
            if (refusal == null) {
                waiter = new Waiter(line, priority);
                enter(waiter, now);
            }
        } finally {
            lock.unlock();
        }
        if (waiter == null) {
            return refusal;
        }
        tellIfFull();
        Duration patience = limit.compareTo(bounds.longest()) < 0 ? limit : bounds.longest();
        return await(waiter, patience);
    }

    private @Nullable Overload await(Waiter waiter, Duration patience) throws InterruptedException {
        boolean granted = false;
        boolean interrupted = true;
        try {
            granted = waiter.await(patience);
            interrupted = false;
        } finally {
            if (!granted && !leave(waiter) && interrupted) {
                // the turn came with the interrupt: nobody will use it
                release(waiter);
            }
        }
        return granted || waiter.isGranted() ? null : Overload.waitedFor(patience, waiter);
    }

    private @Nullable Overload refuse(Line line, Priority priority, long now) {
        int full =
                switch (priority) {
                    case LOW -> bounds.shed();
                    case NORMAL -> bounds.reject();
                    case HIGH -> bounds.max();
                };
        int count = waiting.get();
        int higher = 0;
        int level = Waiter.level(priority);
        for (int i = level + 1; i < LEVELS; i++) {
            higher += byPriority[i];
        }
        int own = line.ahead(level);
        long all = (long) higher + byPriority[level] + 1;
        long turns = Math.min(all, (own + 1L) * Math.max(1, rings.get(level).size()) + higher);
        long wait = Math.max(tempo.nanosFor(turns, now), line.tempo().nanosFor(own + 1L, now));
        if (count >= full) {
            return Overload.full(count, full, priority, wait);
        }
        // the first of a caller always may wait; a prediction may be wrong by half
        if (own + higher > 0 && wait > bounds.longest().toNanos() / 2) {
            return Overload.tooLong(wait, bounds.longest().dividedBy(2), priority);
        }
        return null;
    }

    private void enter(Waiter waiter, long now) {
        waiting.incrementAndGet();
        byPriority[waiter.level()]++;
        waiter.line().add(waiter);
        tempo.begin(now);
        waiter.line().tempo().begin(now);
        offer(waiter.line());
        grant();
    }

    /** Takes a call out that gives up; false when it had got its turn. */
    private boolean leave(Waiter waiter) {
        lock.lock();
        try {
            if (waiter.isGranted()) {
                return false;
            }
            waiter.line().remove(waiter);
            left(waiter);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void left(Waiter waiter) {
        byPriority[waiter.level()]--;
        Line line = waiter.line();
        if (line.waiting() == 0) {
            line.tempo().pause();
        }
        for (Line empty = line; empty != null && empty.waiting() == 0; empty = empty.parent()) {
            blocked.remove(empty);
        }
        if (waiting.decrementAndGet() == 0) {
            tempo.pause();
        }
        if (warned && waiting.get() < bounds.warn() / 2) {
            warned = false;
        }
    }

    private void release(Waiter waiter) {
        Line parent = waiter.line().parent();
        release(waiter.line().quota(), parent == null ? null : parent.quota());
    }

    /** Gives the permits back, and hands them on to who waits. */
    void release(Quota caller, @Nullable Quota principal) {
        server.release();
        if (principal != null) {
            principal.release();
        }
        caller.release();
        if (!isEmpty()) {
            handOn(caller, principal);
        }
    }

    /** Permits came back: whoever waited for them is looked for. */
    void handOn(Quota caller, @Nullable Quota principal) {
        lock.lock();
        try {
            Line line = caller.line();
            if (line != null) {
                offer(line);
            }
            Line above = principal == null ? null : principal.line();
            if (above != null) {
                offer(above);
            }
            grant();
        } finally {
            lock.unlock();
        }
    }

    /** Looks again at all that wait when what is held back has changed. */
    void look() {
        if (isEmpty() || brake.now().equals(seen)) {
            return;
        }
        lock.lock();
        try {
            grant();
        } finally {
            lock.unlock();
        }
    }

    private void offer(Line line) {
        blocked.remove(line);
        Line parent = line.parent();
        for (int level = 0; level < LEVELS; level++) {
            line.queueIn(parent == null ? rings.get(level) : parent.ring(level), level);
        }
        if (parent != null) {
            offer(parent);
        }
    }

    private void grant() {
        Restraint restraint = brake.now();
        if (!restraint.equals(seen)) {
            // kept here, so that a look notices the end of what was never looked at
            seen = restraint;
            List.copyOf(blocked).forEach(this::offer);
        }
        int most = Math.min(server.limit(), restraint.maxRunning());
        for (int level = LEVELS - 1; level >= 0; level--) {
            while (!rings.get(level).isEmpty()) {
                if (!server.tryAcquire(most)) {
                    return;
                }
                Waiter next = take(rings.get(level), level, restraint);
                if (next == null) {
                    server.release();
                } else {
                    turn(next);
                }
            }
        }
    }

    private void turn(Waiter next) {
        long now = time.nanos();
        tempo.turn(now);
        next.line().tempo().turn(now);
        left(next);
        next.grant();
    }

    /** The next call of {@code ring} whose permits are free, with them; null when there is none. */
    private @Nullable Waiter take(ArrayDeque<Line> ring, int level, Restraint restraint) {
        for (Line line = ring.poll(); line != null; line = ring.poll()) {
            line.leftRing(level);
            Quota quota = line.quota();
            if (!quota.tryAcquire(restraint.ofCaller(quota.limit()))) {
                blocked.add(line);
                continue;
            }
            Waiter next = line.poll(level);
            if (next == null) {
                next = take(line.ring(level), level, restraint);
            }
            if (next != null) {
                line.queueIn(ring, level);
                return next;
            }
            quota.release();
        }
        return null;
    }

    private void tellIfFull() {
        int count = waiting.get();
        if (count < bounds.warn() || bounds.warn() == 0 || warned) {
            return;
        }
        lock.lock();
        try {
            if (warned) {
                return;
            }
            warned = true;
        } finally {
            lock.unlock();
        }
        observer.on(new DispatchEvent.QueueFilling(count, bounds.warn(), bounds.max()));
    }
}
