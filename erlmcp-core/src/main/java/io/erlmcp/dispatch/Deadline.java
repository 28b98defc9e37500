package io.erlmcp.dispatch;

import java.time.Duration;
import java.util.Optional;

/**
 * The time a call has left; stands still while a question to the user is open.
 *
 * <p>Written by the call's thread, read by the sweeper; no lock. Made with each exchange, also
 * where no time is measured, so nothing volatile is written before {@link #start}.
 */
final class Deadline {
    /** Written before {@code isStarted}, and read after it. */
    private long startNanos;

    private Duration limit = Duration.ZERO;
    private volatile long endNanos;
    private volatile long leftNanos;
    private volatile boolean isStarted;
    private volatile boolean paused;

    void start(long nowNanos, Duration limit) {
        this.limit = limit;
        startNanos = nowNanos;
        endNanos = nowNanos + limit.toNanos();
        isStarted = true;
    }

    void pause(long nowNanos) {
        if (isStarted) {
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
        return isStarted && !paused && nowNanos - endNanos >= 0;
    }

    /** How long the call runs; empty before it was admitted. */
    Optional<Duration> age(long nowNanos) {
        return isStarted
                ? Optional.of(Duration.ofNanos(Math.max(0, nowNanos - startNanos)))
                : Optional.empty();
    }

    /** Zero before it was admitted. */
    Duration limit() {
        return isStarted ? limit : Duration.ZERO;
    }

    Optional<Duration> timeLeft(long nowNanos) {
        if (!isStarted) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(Math.max(0, paused ? leftNanos : endNanos - nowNanos)));
    }
}
