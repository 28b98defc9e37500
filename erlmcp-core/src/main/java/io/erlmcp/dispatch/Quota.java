package io.erlmcp.dispatch;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Permits for running calls, and places for open streams: one object for a caller, one for the
 * whole server.
 *
 * <p>Process model: permits are taken by the call's own virtual thread, which parks while there are
 * none, and given back by the same thread.
 */
public final class Quota {
    private final int limit;
    private final Semaphore permits;
    private final AtomicInteger streams = new AtomicInteger();

    public Quota(int limit) {
        this.limit = limit;
        this.permits = new Semaphore(limit);
    }

    public int limit() {
        return limit;
    }

    /** Calls that hold a permit now. */
    public int used() {
        return limit - permits.availablePermits();
    }

    /** True while this caller has neither calls nor streams. */
    public boolean isIdle() {
        return used() == 0 && streams.get() == 0;
    }

    /** Takes a place for a stream that stays open; false when this caller has {@code max}. */
    public boolean openStream(int max) {
        if (streams.incrementAndGet() <= max) {
            return true;
        }
        streams.decrementAndGet();
        return false;
    }

    /** Gives back what {@link #openStream} took. */
    public void closeStream() {
        streams.decrementAndGet();
    }

    boolean tryAcquire() {
        return permits.tryAcquire();
    }

    boolean acquire(Duration patience) throws InterruptedException {
        return permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    void release() {
        permits.release();
    }
}
