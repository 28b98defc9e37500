package io.erlmcp.transport;

import java.time.Duration;

/**
 * Pauses between attempts that double from {@code first} to {@code max}, each shortened by up to a
 * half at random, so that clients that lost the same server do not come back at once.
 */
public record Backoff(Duration first, Duration max) {
    private static final int MAX_DOUBLINGS = 30;

    public Backoff {
        if (!first.isPositive() || max.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "backoff goes from " + first + " to " + max + ", must be positive and grow");
        }
    }

    /** From 1 s to 60 s. */
    public static Backoff defaults() {
        return new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));
    }

    /**
     * The pause after a failed attempt.
     *
     * @param attempt counts from 1
     * @param random from 0 (the whole pause) to 1 (half of it)
     */
    public Duration delay(int attempt, double random) {
        int doublings = Math.clamp(attempt - 1L, 0, MAX_DOUBLINGS);
        Duration doubled = first.multipliedBy(1L << doublings);
        Duration whole = doubled.compareTo(max) > 0 ? max : doubled;
        return Duration.ofNanos((long) (whole.toNanos() * (1 - Math.clamp(random, 0.0, 1.0) / 2)));
    }
}
