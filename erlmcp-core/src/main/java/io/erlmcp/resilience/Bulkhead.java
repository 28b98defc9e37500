package io.erlmcp.resilience;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds how many calls of one thing run and how many wait, so that it cannot hold up others. Those
 * that wait are served in their order.
 *
 * <p>Process model: no thread; callers block in {@link #enter}.
 */
public final class Bulkhead {
    private final int maxRunning;
    private final int maxWaiting;
    private final Semaphore places;
    private final AtomicInteger waiting = new AtomicInteger();

    public Bulkhead(int maxRunning, int maxWaiting) {
        if (maxRunning < 1 || maxWaiting < 0) {
            throw new IllegalArgumentException(
                    "a bulkhead needs maxRunning >= 1 and maxWaiting >= 0: "
                            + maxRunning
                            + ", "
                            + maxWaiting);
        }
        this.maxRunning = maxRunning;
        this.maxWaiting = maxWaiting;
        this.places = new Semaphore(maxRunning, true);
    }

    /**
     * Takes a place, waits for one at most for {@code patience}; false when as many wait already,
     * or the time is over. Whoever enters must {@link #leave}.
     */
    public boolean enter(Duration patience) throws InterruptedException {
        return enter(patience, maxWaiting);
    }

    /** The same for somebody who matters less: waits only where fewer than {@code most} wait. */
    public boolean enter(Duration patience, int most) throws InterruptedException {
        if (waiting.get() == 0 && places.tryAcquire()) {
            return true;
        }
        if (waiting.incrementAndGet() > Math.min(most, maxWaiting)) {
            waiting.decrementAndGet();
            return false;
        }
        try {
            return places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            waiting.decrementAndGet();
        }
    }

    public void leave() {
        places.release();
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
