package io.erlmcp.dispatch;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Permits for running calls: one object for a caller, one for the whole server.
 *
 * <p>Process model: permits are taken by the call's own virtual thread, which parks while there are
 * none, and given back by the same thread.
 */
public final class Quota {
    private final int limit;
    private final Semaphore permits;

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
