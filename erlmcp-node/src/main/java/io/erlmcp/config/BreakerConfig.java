package io.erlmcp.config;

import java.time.Duration;

/** When calls of an upstream server, or of one of its tools, are refused because it fails. */
public record BreakerConfig(
        @Setting(value = "Failures in a row that open it.", min = "1", max = "1000000")
                int failureThreshold,
        @Setting(
                        value = "How long it refuses before it lets probes through.",
                        min = "100ms",
                        max = "1d")
                Duration timeout,
        @Setting(value = "Probes; it closes when all succeed.", min = "1", max = "1000")
                int halfOpenRequests,
        @Setting(value = "The time over which rates are counted.", min = "1s", max = "1d")
                Duration window,
        @Setting(
                        value = "Calls in the window below which rates say nothing.",
                        min = "1",
                        max = "1000000")
                int minSamples,
        @Setting(
                        value = "It opens above this share of failures in the window; 100: never.",
                        min = "1",
                        max = "100")
                int maxErrorPercent,
        @Setting(
                        value =
                                "It opens when more than 5 % of the calls in the window take"
                                        + " longer; 0s: never.",
                        min = "0s",
                        max = "1h")
                Duration maxP95) {
    public static final BreakerConfig DEFAULTS =
            new BreakerConfig(
                    5, Duration.ofSeconds(30), 3, Duration.ofMinutes(1), 20, 50, Duration.ZERO);
}
