package io.erlmcp.session;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Threads;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs what waits for a durable store, so that event loops and timers do not.
 *
 * <p>Process model: a virtual thread for each piece of work, {@link SessionLimits#MAX_STORE_WAITS}
 * at most; {@link #close} waits until all have ended, which the store sees to by answering or
 * failing each.
 */
final class StoreWork {
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Semaphore permits = new Semaphore(SessionLimits.MAX_STORE_WAITS);

    /**
     * @throws McpException when too much waits already, or the server has stopped
     */
    void start(String name, Runnable work) {
        if (!permits.tryAcquire()) {
            throw new McpException(
                    ErrorCode.OVERLOADED,
                    "Overloaded: "
                            + SessionLimits.MAX_STORE_WAITS
                            + " requests wait for the session store");
        }
        try {
            Threads.startVirtual(name, () -> run(work));
        } catch (RuntimeException | Error noThread) {
            permits.release();
            throw noThread;
        }
    }

    /** A failure is told before the place comes back: who waits for the end waits for that too. */
    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error problem) {
            Threads.uncaught(problem);
        } finally {
            permits.release();
        }
    }

    /** Takes no more work and waits for what runs. */
    void close() {
        try {
            boolean ended =
                    permits.tryAcquire(
                            SessionLimits.MAX_STORE_WAITS, GRACE.toNanos(), TimeUnit.NANOSECONDS);
            if (!ended) {
                permits.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
