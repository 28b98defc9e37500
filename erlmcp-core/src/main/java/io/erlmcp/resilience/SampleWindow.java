package io.erlmcp.resilience;

import java.time.Duration;
import java.util.Arrays;

/**
 * How many calls of the last while there were, failed, and were slow, in ten slices of time.
 * Immutable: adding makes another.
 */
public final class SampleWindow {
    private static final int SLICES = 10;
    private static final int TOTAL = 0;
    private static final int FAILED = 1;
    private static final int SLOW = 2;

    public static final SampleWindow EMPTY = new SampleWindow(0, new int[3 * SLICES]);

    /** The number of the newest slice, counted from the clock's zero. */
    private final long newest;

    /** Three counts for each slice; the newest is at {@code newest % SLICES}. */
    private final int[] counts;

    private SampleWindow(long newest, int[] counts) {
        this.newest = newest;
        this.counts = counts;
    }

    SampleWindow add(Duration window, long now, boolean failed, boolean slow) {
        SampleWindow current = at(window, now);
        int[] copy = current.counts.clone();
        int slice = index(current.newest);
        copy[slice + TOTAL]++;
        copy[slice + FAILED] += failed ? 1 : 0;
        copy[slice + SLOW] += slow ? 1 : 0;
        return new SampleWindow(current.newest, copy);
    }

    /** The same without what is older than the window. */
    private SampleWindow at(Duration window, long now) {
        long slice = Math.floorDiv(now, Math.max(1, window.toNanos() / SLICES));
        if (slice == newest || (slice < newest && !isEmpty())) {
            return this;
        }
        int[] copy = counts.clone();
        long stale = Math.min(SLICES, slice - newest);
        for (long i = 0; i < stale; i++) {
            Arrays.fill(copy, index(slice - i), index(slice - i) + 3, 0);
        }
        return new SampleWindow(slice, copy);
    }

    private static int index(long slice) {
        return (int) Math.floorMod(slice, (long) SLICES) * 3;
    }

    private boolean isEmpty() {
        return total() == 0;
    }

    public int total() {
        return sum(TOTAL);
    }

    public int failed() {
        return sum(FAILED);
    }

    public int slow() {
        return sum(SLOW);
    }

    private int sum(int which) {
        int sum = 0;
        for (int i = which; i < counts.length; i += 3) {
            sum += counts[i];
        }
        return sum;
    }
}
