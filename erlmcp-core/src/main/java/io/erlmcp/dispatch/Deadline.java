package io.erlmcp.dispatch;

import java.time.Duration;
import java.util.Optional;

/**
 * The time a call has left; stands still while a question to the user is open.
 *
 * <p>Written by the call's thread, read by the sweeper; one volatile each, no lock.
 */
final class Deadline {
    private static final long NONE = Long.MAX_VALUE;

    /** Written before {@code endNanos}, and read after it. */
    private long startNanos = NONE;

    private volatile long endNanos = NONE;
    private volatile long leftNanos = NONE;
    private volatile boolean paused;
    private volatile Duration limit = Duration.ZERO;

    void start(long nowNanos, Duration limit) {
        this.limit = limit;
        startNanos = nowNanos;
        endNanos = nowNanos + limit.toNanos();
    }

    void pause(long nowNanos) {
        if (endNanos != NONE) {
            leftNanos = endNanos - nowNanos;
            paused = true;
        }
    }

    void resume(long nowNanos) {
        if (paused) {
            endNanos = nowNanos + leftNanos;
            paused = false;
        }
    }

    boolean isOver(long nowNanos) {
        return endNanos != NONE && !paused && nowNanos - endNanos >= 0;
    }

    /** How long the call runs; empty before it was admitted. */
    Optional<Duration> age(long nowNanos) {
        return endNanos == NONE
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, nowNanos - startNanos)));
    }

    Duration limit() {
        return limit;
    }

    Optional<Duration> timeLeft(long nowNanos) {
        if (endNanos == NONE) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(Math.max(0, paused ? leftNanos : endNanos - nowNanos)));
    }
}
