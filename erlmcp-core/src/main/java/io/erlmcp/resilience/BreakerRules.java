package io.erlmcp.resilience;

import org.jspecify.annotations.Nullable;

/** The decisions of a circuit breaker: pure functions of state, what happened, and the time. */
public final class BreakerRules {
    /** What happens to a breaker. */
    public sealed interface Input {
        /** Somebody wants to call. */
        record Ask() implements Input {}

        /** A call that was let through in {@code generation} has worked. */
        record Succeeded(long generation, long nanos) implements Input {}

        /** A call that was let through in {@code generation} has failed. */
        record Failed(long generation, long nanos) implements Input {}

        /** A call that was let through in {@code generation} ended and says nothing. */
        record GivenUp(long generation) implements Input {}
    }

    /**
     * What follows.
     *
     * @param passes whether the one who asked may call
     * @param change why the breaker is now of another kind; null when it is not
     */
    public record Step(BreakerState state, boolean passes, @Nullable String change) {}

    private static final String RECOVERED = "all probes succeeded";

    private BreakerRules() {}

    public static BreakerState initial() {
        return new BreakerState.Closed(0, 0, SampleWindow.EMPTY);
    }

    /** The step from {@code state} with {@code input} at {@code now}, in monotonic nanoseconds. */
    public static Step step(BreakerConfig config, BreakerState state, Input input, long now) {
        return switch (input) {
            case Input.Ask ask -> ask(config, state, now);
            case Input.Succeeded it -> succeeded(config, state, it, now);
            case Input.Failed it -> failed(config, state, it, now);
            case Input.GivenUp it -> givenUp(state, it);
        };
    }

    private static Step ask(BreakerConfig config, BreakerState state, long now) {
        return switch (state) {
            case BreakerState.Closed closed -> new Step(closed, true, null);
            case BreakerState.Open open when now - open.untilNanos() < 0 ->
                    new Step(open, false, null);
            case BreakerState.Open open ->
                    new Step(
                            new BreakerState.HalfOpen(
                                    open.generation() + 1, 1, 0, now + config.openFor().toNanos()),
                            true,
                            "time for probes");
            case BreakerState.HalfOpen half when half.issued() < config.probes() ->
                    new Step(
                            new BreakerState.HalfOpen(
                                    half.generation(),
                                    half.issued() + 1,
                                    half.succeeded(),
                                    half.untilNanos()),
                            true,
                            null);
            case BreakerState.HalfOpen half when now - half.untilNanos() >= 0 ->
                    open(config, half, "a probe gave no result", now);
            case BreakerState.HalfOpen half -> new Step(half, false, null);
        };
    }

    private static Step succeeded(
            BreakerConfig config, BreakerState state, Input.Succeeded it, long now) {
        if (it.generation() != state.generation()) {
            return new Step(state, false, null);
        }
        return switch (state) {
            case BreakerState.Closed closed -> sampled(config, closed, false, it.nanos(), now);
            case BreakerState.Open open -> new Step(open, false, null);
            case BreakerState.HalfOpen half when isSlow(config, it.nanos()) ->
                    open(config, half, "a probe was slow", now);
            case BreakerState.HalfOpen half when half.succeeded() + 1 >= config.probes() ->
                    new Step(
                            new BreakerState.Closed(half.generation() + 1, 0, SampleWindow.EMPTY),
                            false,
                            RECOVERED);
            case BreakerState.HalfOpen half ->
                    new Step(
                            new BreakerState.HalfOpen(
                                    half.generation(),
                                    half.issued(),
                                    half.succeeded() + 1,
                                    half.untilNanos()),
                            false,
                            null);
        };
    }

    private static Step failed(
            BreakerConfig config, BreakerState state, Input.Failed it, long now) {
        if (it.generation() != state.generation()) {
            return new Step(state, false, null);
        }
        return switch (state) {
            case BreakerState.Closed closed -> sampled(config, closed, true, it.nanos(), now);
            case BreakerState.Open open -> new Step(open, false, null);
            case BreakerState.HalfOpen half -> open(config, half, "a probe failed", now);
        };
    }

    private static Step givenUp(BreakerState state, Input.GivenUp it) {
        if (it.generation() == state.generation() && state instanceof BreakerState.HalfOpen half) {
            return new Step(
                    new BreakerState.HalfOpen(
                            half.generation(),
                            half.issued() - 1,
                            half.succeeded(),
                            half.untilNanos()),
                    false,
                    null);
        }
        return new Step(state, false, null);
    }

    private static Step sampled(
            BreakerConfig config,
            BreakerState.Closed closed,
            boolean failed,
            long nanos,
            long now) {
        SampleWindow samples =
                closed.samples().add(config.window(), now, failed, isSlow(config, nanos));
        int inARow = failed ? closed.failuresInARow() + 1 : 0;
        BreakerState.Closed next = new BreakerState.Closed(closed.generation(), inARow, samples);
        if (inARow >= config.failures()) {
            return open(config, next, inARow + " failures in a row", now);
        }
        int total = samples.total();
        if (total < config.minSamples()) {
            return new Step(next, false, null);
        }
        if (config.maxErrorRate() < 1 && samples.failed() > config.maxErrorRate() * total) {
            return open(config, next, samples.failed() + " of " + total + " calls failed", now);
        }
        if (samples.slow() * 20L > total) {
            return open(
                    config,
                    next,
                    samples.slow()
                            + " of "
                            + total
                            + " calls took longer than "
                            + config.maxP95().toMillis()
                            + " ms",
                    now);
        }
        return new Step(next, false, null);
    }

    private static boolean isSlow(BreakerConfig config, long nanos) {
        return !config.maxP95().isZero() && nanos > config.maxP95().toNanos();
    }

    private static Step open(BreakerConfig config, BreakerState from, String reason, long now) {
        return new Step(
                new BreakerState.Open(
                        from.generation() + 1, reason, now + config.openFor().toNanos()),
                false,
                reason);
    }
}
