package io.erlmcp.supervision;

import java.time.Duration;

/**
 * How many restarts are tolerated: with {@code 5} in {@code 60 s} the fifth crash within a minute
 * still leads to a restart, the sixth does not.
 */
public record Intensity(int restarts, Duration period) {
    public static final Intensity DEFAULT = new Intensity(5, Duration.ofSeconds(60));

    public Intensity {
        if (restarts < 0 || !period.isPositive()) {
            throw new IllegalArgumentException(
                    "intensity needs restarts >= 0 and a positive period: "
                            + restarts
                            + " in "
                            + period);
        }
    }
}
