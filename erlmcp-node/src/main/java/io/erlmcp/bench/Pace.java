package io.erlmcp.bench;

/**
 * When operations are meant to start. In a closed loop that is whenever a connection is free; in an
 * open loop it is a timetable that does not care whether the server keeps up, so that a request
 * that had to wait for its turn is late from the moment it was meant to start.
 */
final class Pace {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double nanosApart;
    private final long firstNanos;
    private long taken;

    private Pace(double nanosApart, long firstNanos) {
        this.nanosApart = nanosApart;
        this.firstNanos = firstNanos;
    }

    /** A closed loop. */
    static Pace asAnswered() {
        return new Pace(0, 0);
    }

    /** An open loop whose first operation starts at {@code firstNanos}. */
    static Pace fixed(double perSecond, long firstNanos) {
        return new Pace(NANOS_PER_SECOND / perSecond, firstNanos);
    }

    boolean isOpenLoop() {
        return nanosApart > 0;
    }

    /** The intended start of the next operation, which may be in the future. */
    long next(long nowNanos) {
        return isOpenLoop() ? firstNanos + (long) (taken * nanosApart) : nowNanos;
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
