package io.erlmcp.resilience;

import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds how many calls of one thing run, how many wait, and for how long, so that it cannot hold
 * up others. Those that wait are served in their order. Who would not get a place in time is
 * refused at once, as far as that is to be seen.
 *
 * <p>Process model: no thread; callers block in {@link #enter}. How long places are held is noted
 * without a lock: an estimate may miss one of two that come back at once.
 */
public final class Bulkhead {
    private static final int SMOOTHING = 16;

    private final int maxRunning;
    private final int maxWaiting;
    private final long longestNanos;
    private final Time time;
    private final Semaphore places;
    private final AtomicInteger waiting = new AtomicInteger();

    /** How long a place is held, smoothed; 0 before the first came back. */
    private final AtomicLong heldNanos = new AtomicLong();

    /** When a place was taken or came back last. */
    private final AtomicLong movedNanos;

    /**
     * @param longest a call waits no longer; one that would have to wait for more than half of it
     *     is refused at once, unless it is the first to wait
     */
    public Bulkhead(int maxRunning, int maxWaiting, Duration longest, Time time) {
        if (maxRunning < 1 || maxWaiting < 0 || !longest.isPositive()) {
            throw new IllegalArgumentException(
                    "a bulkhead needs maxRunning >= 1, maxWaiting >= 0 and a longest wait > 0: "
                            + maxRunning
                            + ", "
                            + maxWaiting
                            + ", "
                            + longest);
        }
        this.maxRunning = maxRunning;
        this.maxWaiting = maxWaiting;
        this.longestNanos = longest.toNanos();
        this.time = time;
        this.places = new Semaphore(maxRunning, true);
        this.movedNanos = new AtomicLong(time.nanos());
    }

    /**
     * Takes a place, waits for one at most for {@code patience}; false when as many wait already,
     * or it would take too long, or the time is over. Whoever enters must {@link #leave}.
     */
    public boolean enter(Duration patience) throws InterruptedException {
        return enter(patience, maxWaiting);
    }

    /** The same for somebody who matters less: waits only where fewer than {@code most} wait. */
    public boolean enter(Duration patience, int most) throws InterruptedException {
        if (waiting.get() == 0 && places.tryAcquire()) {
            movedNanos.set(time.nanos());
            return true;
        }
        int ahead = waiting.getAndIncrement();
        try {
            if (ahead >= Math.min(most, maxWaiting)
                    || (ahead > 0 && waitNanos(ahead) > longestNanos / 2)) {
                return false;
            }
            return places.tryAcquire(
                    Math.min(patience.toNanos(), longestNanos), TimeUnit.NANOSECONDS);
        } finally {
            waiting.decrementAndGet();
        }
    }

    /** Gives a place back that was not used. */
    public void leave() {
        movedNanos.set(time.nanos());
        places.release();
    }

    /** Gives a place back that was held for {@code nanos}. */
    public void leave(long nanos) {
        long before = heldNanos.get();
        heldNanos.set(before == 0 ? nanos : before + (nanos - before) / SMOOTHING);
        leave();
    }

    /** How long a call that comes now would wait, as it looks; zero where nobody knows. */
    public Duration expectedWait() {
        return places.availablePermits() > 0
                ? Duration.ZERO
                : Duration.ofNanos(waitNanos(waiting.get()));
    }

    /** By how long places are held; or, where none comes back, by how long that is so. */
    private long waitNanos(int ahead) {
        long turn = heldNanos.get() / maxRunning;
        long turns = turn > Long.MAX_VALUE / (ahead + 1) ? Long.MAX_VALUE : turn * (ahead + 1);
        return Math.max(turns, time.nanos() - movedNanos.get());
    }

    public int running() {
        return maxRunning - places.availablePermits();
    }

    public int waiting() {
        return waiting.get();
    }

    public int maxWaiting() {
        return maxWaiting;
    }

    public int maxRunning() {
        return maxRunning;
    }
}
