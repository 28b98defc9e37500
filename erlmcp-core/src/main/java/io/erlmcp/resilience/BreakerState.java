package io.erlmcp.resilience;

/**
 * Where a circuit breaker stands. Immutable; {@link BreakerRules} makes the next one.
 *
 * <p>{@code generation} grows with each change of kind: a result of a call that was let through in
 * an earlier one says nothing about this one.
 */
public sealed interface BreakerState {
    long generation();

    /** As an operator reads it: {@code closed}, {@code open} or {@code half-open}. */
    String word();

    /**
     * Everything passes.
     *
     * @param failuresInARow since the last success
     */
    record Closed(long generation, int failuresInARow, SampleWindow samples)
            implements BreakerState {
        @Override
        public String word() {
            return "closed";
        }
    }

    /** Nothing passes until {@code untilNanos}, then probes do. */
    record Open(long generation, String reason, long untilNanos) implements BreakerState {
        @Override
        public String word() {
            return "open";
        }
    }

    /**
     * A few calls pass to see whether it works again.
     *
     * @param issued probes that were let through and not given back
     * @param succeeded of them
     * @param untilNanos when missing results count as failures
     */
    record HalfOpen(long generation, int issued, int succeeded, long untilNanos)
            implements BreakerState {
        @Override
        public String word() {
            return "half-open";
        }
    }
}
