package io.erlmcp.dispatch;

import java.time.Duration;

/**
 * Bounds of the list of waiting calls.
 *
 * @param max calls that wait at the same time; no more enter, whatever their priority
 * @param warn at this number an event says that the list fills up
 * @param shed at this number calls of low priority are refused
 * @param reject at this number only calls of high priority enter
 * @param longest how long a call waits; one that would have to wait longer is refused at once
 */
public record WaitingBounds(int max, int warn, int shed, int reject, Duration longest) {
    private static final Duration USUAL_WAIT = Duration.ofSeconds(10);

    public WaitingBounds {
        if (max < 0) {
            throw new IllegalArgumentException("maxWaiting must not be negative: " + max);
        }
        within("warn", warn, max);
        within("shed", shed, max);
        within("reject", reject, max);
        if (!longest.isPositive()) {
            throw new IllegalArgumentException("longest wait must be positive: " + longest);
        }
    }

    /** So many, a warning at 75 %, low priority refused at 80 %, normal priority at 95 %. */
    public static WaitingBounds of(int max) {
        return new WaitingBounds(max, share(max, 75), share(max, 80), share(max, 95), USUAL_WAIT);
    }

    private static int share(int max, int percent) {
        return (int) (((long) max * percent + 99) / 100);
    }

    private static void within(String name, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", must lie between 0 and the maximum of " + max);
        }
    }
}
