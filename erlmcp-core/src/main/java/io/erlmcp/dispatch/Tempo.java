package io.erlmcp.dispatch;

/**
 * How much time passes between two calls that get their turn, smoothed. Guarded by the lock of the
 * {@link WaitingList}.
 */
final class Tempo {
    private static final int SMOOTHING = 16;

    private long intervalNanos;
    private long lastNanos;
    private boolean counts;

    /** The first call begins to wait. */
    void begin(long nowNanos) {
        if (!counts) {
            counts = true;
            lastNanos = nowNanos;
        }
    }

    /** Nobody waits any more: what passes until the next one comes says nothing. */
    void pause() {
        counts = false;
    }

    /** A call that waited got its turn. */
    void turn(long nowNanos) {
        long sample = nowNanos - lastNanos;
        intervalNanos =
                intervalNanos == 0 ? sample : intervalNanos + (sample - intervalNanos) / SMOOTHING;
        lastNanos = nowNanos;
        counts = true;
    }

    /** What {@code turns} turns take as it looks now. */
    long nanosFor(long turns, long nowNanos) {
        long interval = counts ? Math.max(intervalNanos, nowNanos - lastNanos) : intervalNanos;
        long most = Long.MAX_VALUE / Math.max(1, turns);
        return interval > most ? Long.MAX_VALUE : interval * turns;
    }
}
