package io.erlmcp.config;

import java.time.Duration;

/** What is remembered of failures, and what is kept of them. */
public record RecoveryConfig(
        @Setting(
                        value = "Failures that are remembered of each component.",
                        min = "1",
                        max = "10000")
                int history,
        @Setting(
                        value =
                                "Components whose failures are remembered; the one that failed"
                                        + " longest ago goes first.",
                        min = "1",
                        max = "10000")
                int components,
        @Setting(value = "Decisions that are kept in memory.", min = "1", max = "100000")
                int decisions,
        @Setting(value = "Failures a minute are counted over this time.", min = "1s", max = "1d")
                Duration trendWindow,
        @Setting(
                        value =
                                "A failure so soon after one of what the component needs counts as"
                                        + " its result.",
                        min = "0s",
                        max = "1h")
                Duration cascadeWindow,
        @Setting(
                        value =
                                "Components of which is kept what showed what happened: the newest"
                                        + " bundle of each; the oldest go first.",
                        min = "1",
                        max = "10000")
                int bundles,
        @Setting(value = "Text in one bundle.", min = "1KB", max = "1MB") ByteSize maxBundle,
        @Setting(
                        value = "A component is not looked at again so soon, unless it is halted.",
                        min = "0s",
                        max = "1h")
                Duration bundlePause) {
    public static final RecoveryConfig DEFAULTS =
            new RecoveryConfig(
                    100,
                    1_000,
                    500,
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(5),
                    20,
                    new ByteSize(64 << 10),
                    Duration.ofSeconds(10));
}
