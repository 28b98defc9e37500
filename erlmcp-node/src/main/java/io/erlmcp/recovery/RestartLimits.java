package io.erlmcp.recovery;

import io.erlmcp.supervision.Failure;
import io.erlmcp.supervision.Intensity;
import io.erlmcp.supervision.RestartPause;
import java.time.Duration;

/**
 * How often and how soon a component may be started again.
 *
 * @param intensity the failure after so many restarts within the period leaves it down
 * @param pause between restarts
 */
public record RestartLimits(Intensity intensity, RestartPause pause) {
    /** Those of a component that nobody configured. */
    public static final RestartLimits DEFAULTS =
            new RestartLimits(Intensity.DEFAULT, RestartPause.DEFAULT);

    private static final long MOST_FOR_SLOW = Intensity.DEFAULT.restarts();

    /** Whether all restarts within the period are used up. */
    boolean isUsedUp(Failure failure) {
        return failure.restartsInPeriod() >= intensity.restarts();
    }

    /** The pause before another attempt. */
    Duration usual(Failure failure) {
        return pause.after(failure);
    }

    /**
     * The longest pause that still lets the intensity see that something fails again and again:
     * otherwise what is degraded would be started again for ever, and nobody would ever be asked.
     */
    Duration slow(Failure failure) {
        // where restarts are never used up, nothing has to be seen: then as slow as usual for
        // others
        long restarts = Math.min(intensity.restarts(), MOST_FOR_SLOW);
        Duration share = intensity.period().dividedBy(restarts + 1);
        Duration slow = longer(usual(failure), new RestartPause(share, share).after(failure));
        return slow.compareTo(pause.longest()) > 0 ? pause.longest() : slow;
    }

    static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
