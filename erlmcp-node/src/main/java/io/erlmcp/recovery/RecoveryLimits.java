package io.erlmcp.recovery;

import java.time.Duration;

/**
 * How much is remembered of failures, and how far back is looked.
 *
 * @param history failures kept of each component
 * @param components that are remembered; the one that failed longest ago goes first
 * @param decisions that are kept in memory, and that are read back of earlier runs
 * @param trendWindow in which failures are counted
 * @param cascadeWindow so soon after a failure of what it needs, a failure counts as its result
 * @param bundles what was found out, and how often
 */
public record RecoveryLimits(
        int history,
        int components,
        int decisions,
        Duration trendWindow,
        Duration cascadeWindow,
        Bundles bundles) {
    public static final RecoveryLimits DEFAULTS =
            new RecoveryLimits(
                    100,
                    1_000,
                    500,
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(5),
                    new Bundles(20, 64 << 10, Duration.ofSeconds(10)));

    /**
     * The evidence that is kept.
     *
     * @param count of components whose newest bundle is kept; the oldest go first
     * @param maxChars of text in each
     * @param pause a component is not looked at again so soon
     */
    public record Bundles(int count, int maxChars, Duration pause) {
        public Bundles {
            if (count < 1 || maxChars < 1_000 || pause.isNegative()) {
                throw new IllegalArgumentException(
                        "bundles need count >= 1, maxChars >= 1000 and a pause: "
                                + count
                                + ", "
                                + maxChars
                                + ", "
                                + pause);
            }
        }
    }

    public RecoveryLimits {
        if (history < 1 || components < 1 || decisions < 1) {
            throw new IllegalArgumentException(
                    "recovery needs history, components and decisions of 1 or more: "
                            + history
                            + ", "
                            + components
                            + ", "
                            + decisions);
        }
        if (!trendWindow.isPositive() || cascadeWindow.isNegative()) {
            throw new IllegalArgumentException(
                    "windows must be positive: " + trendWindow + ", " + cascadeWindow);
        }
    }
}
