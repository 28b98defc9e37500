package io.erlmcp.migration;

import java.time.Duration;

/**
 * How a migration goes.
 *
 * @param phase which store is asked first
 * @param maxPending entries that one store may lack by name; beyond, all of it counts as lacking
 * @param retry pause before a store that failed is written to again
 * @param checkInterval pause between comparisons of both stores
 */
public record MigrationConfig(Phase phase, int maxPending, Duration retry, Duration checkInterval) {
    /** Who is asked first while both are written. In a third phase there is only the target. */
    public enum Phase {
        /** The source is asked; the target is filled and compared. */
        READ_SOURCE,
        /** The target is asked; what it does not have is looked for in the source. */
        READ_TARGET
    }

    public MigrationConfig {
        if (maxPending < 1) {
            throw new IllegalArgumentException(
                    "maxPending is " + maxPending + ", must be at least 1");
        }
        if (!retry.isPositive() || !checkInterval.isPositive()) {
            throw new IllegalArgumentException(
                    "durations of a migration must be positive: " + retry + ", " + checkInterval);
        }
    }

    /** The usual bounds. */
    public static MigrationConfig of(Phase phase) {
        return new MigrationConfig(phase, 100_000, Duration.ofSeconds(1), Duration.ofMinutes(10));
    }
}
