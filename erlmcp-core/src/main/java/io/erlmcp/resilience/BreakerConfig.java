package io.erlmcp.resilience;

import java.time.Duration;

/**
 * When a circuit breaker opens, and how it closes again.
 *
 * @param failures so many in a row open it
 * @param openFor how long it then refuses before it lets probes through
 * @param probes calls let through after that; it closes when all of them succeeded, and opens again
 *     with the first that fails
 * @param window the time over which calls are counted for the two limits below
 * @param minSamples fewer calls in the window never open it
 * @param maxErrorRate it opens above this share of failures in the window; 1 turns this off
 * @param maxP95 it opens when more than 5 % of the calls in the window took longer; zero turns this
 *     off
 */
public record BreakerConfig(
        int failures,
        Duration openFor,
        int probes,
        Duration window,
        int minSamples,
        double maxErrorRate,
        Duration maxP95) {
    /**
     * 5 in a row, 30 s, 3 probes; half of at least 20 calls within a minute; no limit on latency.
     */
    public static final BreakerConfig DEFAULTS =
            new BreakerConfig(
                    5, Duration.ofSeconds(30), 3, Duration.ofSeconds(60), 20, 0.5, Duration.ZERO);

    public BreakerConfig {
        atLeastOne("failures", failures);
        atLeastOne("probes", probes);
        atLeastOne("minSamples", minSamples);
        positive("openFor", openFor);
        positive("window", window);
        if (!(maxErrorRate > 0 && maxErrorRate <= 1)) {
            throw new IllegalArgumentException(
                    "maxErrorRate must be above 0 and at most 1: " + maxErrorRate);
        }
        if (maxP95.isNegative()) {
            throw new IllegalArgumentException("maxP95 must not be negative: " + maxP95);
        }
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    public BreakerConfig withOpenFor(Duration time) {
        return new BreakerConfig(failures, time, probes, window, minSamples, maxErrorRate, maxP95);
    }

    public BreakerConfig withRates(int least, double errors, Duration p95) {
        return new BreakerConfig(failures, openFor, probes, window, least, errors, p95);
    }
}
