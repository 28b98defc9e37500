package io.erlmcp.resilience;

import org.jspecify.annotations.Nullable;

/**
 * What is held back while there is too little of something. Work that has begun goes on.
 *
 * @param shedsLow calls of low priority, and messages that inform and do not answer, are dropped
 * @param maxRunning calls that may run at the same time, where that is less than usual
 * @param callerPercent what of its usual limits every caller keeps, 1 to 100
 * @param room how much may be open
 * @param pausesUpdates updates of resources wait until this is over
 * @param reason in words, for those who are refused; null where nothing is held back
 */
public record Restraint(
        boolean shedsLow,
        int maxRunning,
        int callerPercent,
        Room room,
        boolean pausesUpdates,
        @Nullable String reason) {
    /** Holds nothing back. */
    public static final Restraint NONE =
            new Restraint(false, Integer.MAX_VALUE, 100, Room.UNBOUNDED, false, null);

    public Restraint {
        if (maxRunning < 1 || callerPercent < 1 || callerPercent > 100) {
            throw new IllegalArgumentException(
                    "no restraint: maxRunning " + maxRunning + ", callerPercent " + callerPercent);
        }
    }

    /** Drops what matters least, and nothing else. */
    public static Restraint shedding(String reason) {
        return new Restraint(true, Integer.MAX_VALUE, 100, Room.UNBOUNDED, false, reason);
    }

    /** What is left of {@code limit} for one caller, at least 1. */
    public int ofCaller(int limit) {
        return callerPercent == 100 ? limit : (int) Math.max(1, (long) limit * callerPercent / 100);
    }
}
