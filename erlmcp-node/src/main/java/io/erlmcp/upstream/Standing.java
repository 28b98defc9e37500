package io.erlmcp.upstream;

import java.time.Duration;

/**
 * What is thought of a child: whether it computes while it says nothing, and whether it is doubted
 * because it failed so, or more than once of late. Pure; times are those of one clock in
 * nanoseconds.
 *
 * @param computedNanos for how long it has computed since it last said something
 * @param failures how often it failed, each time soon after the one before
 * @param failedNanos when it failed last
 */
record Standing(long computedNanos, int failures, long failedNanos) {
    static final Standing GOOD = new Standing(0, 0, 0);

    /** A failure is remembered for as long as restarts are counted. */
    static final Duration DOUBT = Duration.ofSeconds(60);

    /** One failure may be an accident. */
    private static final int DOUBTED_FROM = 2;

    /** A child that has to share its processor computes as well. */
    private static final int COMPUTES_FROM_ONE_IN = 8;

    /** Whether a process that took {@code processorNanos} within {@code windowNanos} was busy. */
    static boolean isBusy(long windowNanos, long processorNanos) {
        return processorNanos >= windowNanos / COMPUTES_FROM_ONE_IN;
    }

    /**
     * After the failure of a run that began at {@code started}, however long that lasted. One that
     * computed without a word to its end was no accident.
     */
    Standing failed(long started, long now, Duration patience) {
        boolean isAgain = remembersFailure(started);
        if (computes(patience)) {
            return new Standing(0, DOUBTED_FROM, now);
        }
        return new Standing(0, isAgain ? Math.min(failures + 1, DOUBTED_FROM) : 1, now);
    }

    /**
     * After {@code windowNanos} in which it was busy or not. A pause in its computing ends what was
     * counted, until it counts as one that computes: what goes last gets little.
     */
    Standing seen(long windowNanos, boolean busy, boolean spoke, Duration patience) {
        if (spoke) {
            return rested();
        }
        if (busy) {
            return new Standing(computedNanos + windowNanos, failures, failedNanos);
        }
        return computes(patience) ? this : rested();
    }

    /** As it is when it has computed nothing. */
    Standing rested() {
        return new Standing(0, failures, failedNanos);
    }

    boolean computes(Duration patience) {
        return computedNanos >= patience.toNanos();
    }

    boolean isDoubted(long now) {
        return failures >= DOUBTED_FROM && remembersFailure(now);
    }

    private boolean remembersFailure(long now) {
        return failures > 0 && now - failedNanos < DOUBT.toNanos();
    }

    boolean isLast(Duration patience, long now) {
        return computes(patience) || isDoubted(now);
    }
}
