package io.erlmcp.bench;

/**
 * When operations are meant to start. In a closed loop that is whenever a connection is free; in an
 * open loop it is a timetable that does not care whether the server keeps up, so that a request
 * that had to wait for its turn is late from the moment it was meant to start. The timetable begins
 * anew where the warm-up ends: what cold programs were late with by then belongs to the warm-up.
 */
final class Pace {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double nanosApart;
    private final long measuredNanos;
    private long firstNanos;
    private long taken;

    private Pace(double nanosApart, long firstNanos, long measuredNanos) {
        this.nanosApart = nanosApart;
        this.firstNanos = firstNanos;
        this.measuredNanos = measuredNanos;
    }

    /** A closed loop. */
    static Pace asAnswered() {
        return new Pace(0, 0, 0);
    }

    /**
     * An open loop.
     *
     * @param firstNanos when the first operation is meant to start
     * @param measuredNanos the end of the warm-up: what was meant to start before and did not is
     *     left out
     */
    static Pace fixed(double perSecond, long firstNanos, long measuredNanos) {
        return new Pace(NANOS_PER_SECOND / perSecond, firstNanos, measuredNanos);
    }

    boolean isOpenLoop() {
        return nanosApart > 0;
    }

    /** The intended start of the next operation, which may be in the future. */
    long next(long nowNanos) {
        if (!isOpenLoop()) {
            return nowNanos;
        }
        if (nowNanos >= measuredNanos && nextOfAll() < measuredNanos) {
            firstNanos = measuredNanos;
            taken = 0;
        }
        return nextOfAll();
    }

    private long nextOfAll() {
        return firstNanos + (long) (taken * nanosApart);
    }

    /** Takes the next operation off the timetable; returns its intended start. */
    long take(long nowNanos) {
        long start = next(nowNanos);
        taken++;
        return start;
    }

    /** How many operations were meant to start before {@code endNanos} and were not taken. */
    long leftBefore(long endNanos) {
        if (!isOpenLoop()) {
            return 0;
        }
        long all = (long) Math.ceil((endNanos - firstNanos) / nanosApart);
        return Math.max(0, all - taken);
    }
}
