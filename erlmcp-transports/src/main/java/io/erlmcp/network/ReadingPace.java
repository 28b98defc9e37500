package io.erlmcp.network;

/**
 * Whether a peer reads: it has a debt that grows with time and shrinks by a second for each KiB
 * that it takes. What it takes at once, into the buffers of the kernel, buys it no time for later.
 */
final class ReadingPace {
    /** A peer that takes less than this does not read. */
    private static final long LEAST_BYTES_PER_SECOND = 1024;

    private static final double NANOS_PER_BYTE = 1e9 / LEAST_BYTES_PER_SECOND;

    private final long mostNanos;
    private boolean watching;
    private long lookedAt;
    private long takenThen;
    private double debtNanos;

    /**
     * @param mostNanos the largest debt
     */
    ReadingPace(long mostNanos) {
        this.mostNanos = mostNanos;
    }

    /** Nothing waits for the peer. */
    void paid() {
        watching = false;
    }

    /**
     * Something waits for the peer.
     *
     * @param taken bytes that it has taken so far
     * @return whether its debt is as large as it may be
     */
    boolean isStalled(long nowNanos, long taken) {
        if (watching) {
            double paid = (taken - takenThen) * NANOS_PER_BYTE;
            debtNanos = Math.max(0, debtNanos + (nowNanos - lookedAt) - paid);
        } else {
            watching = true;
            debtNanos = 0;
        }
        lookedAt = nowNanos;
        takenThen = taken;
        return debtNanos >= mostNanos;
    }
}
