package io.erlmcp.supervision;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Pauses before restarts that double from {@code first} to {@code longest} with each failure in a
 * row, shortened by up to a half, so that components that lost the same thing do not come back at
 * once. By how much depends on the failure alone: the same failure has the same pause.
 */
public record RestartPause(Duration first, Duration longest) {
    /** From 100 ms, so that a first restart is over within a second, to 30 s. */
    public static final RestartPause DEFAULT =
            new RestartPause(Duration.ofMillis(100), Duration.ofSeconds(30));

    private static final int MAX_DOUBLINGS = 30;

    public RestartPause {
        if (!first.isPositive() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "pauses go from " + first + " to " + longest + ", must be positive and grow");
        }
    }

    public Duration after(Failure failure) {
        int doublings = Math.clamp(failure.consecutive() - 1L, 0, MAX_DOUBLINGS);
        Duration doubled = first.multipliedBy(1L << doublings);
        Duration whole = doubled.compareTo(longest) > 0 ? longest : doubled;
        long seed = failure.component().path().hashCode() * 31L + failure.at().hashCode();
        double share = 1 - new SplittableRandom(seed).nextDouble() / 2;
        return Duration.ofNanos((long) (whole.toNanos() * share));
    }
}
