package io.erlmcp.andon;

import java.time.Duration;

/**
 * The decisions of a stop in order, pure. Times are nanoseconds of one monotonic clock.
 *
 * <pre>
 *   RUNNING --ask--> DRAINING --nothing runs--------------------> STOPPED
 *                        |                                           ^
 *                        +--time is up, or forced--> HALTING --------+  nothing runs, or time is up
 * </pre>
 */
public final class DrainStep {
    private DrainStep() {}

    /**
     * Where a stop is.
     *
     * @param startedNanos when it was asked for
     * @param untilNanos when this phase ends at the latest
     * @param running calls at the last look
     * @param first calls when it was asked for
     * @param forced calls that were cut
     */
    public record State(
            Phase phase,
            long startedNanos,
            long untilNanos,
            Duration halting,
            long running,
            long first,
            long forced) {
        /** Calls that came to their end by themselves. */
        public long drained() {
            return Math.max(0, first - forced - (phase == Phase.DRAINING ? running : 0));
        }
    }

    /** What happens to a stop. */
    public sealed interface Input {
        /** Somebody looked: so many calls run. */
        record Looked(long running) implements Input {}

        /** Somebody does not want to wait. */
        record Forced(long running) implements Input {}
    }

    /** What is to be done. */
    public enum Effect {
        NOTHING,
        /** Answer what runs with an error, and interrupt it. */
        CUT,
        /** It is over. */
        FINISH
    }

    /** A state and what it takes to be in it. */
    public record Step(State state, Effect effect) {}

    /** The first phase. */
    public static State begin(long nowNanos, Duration draining, Duration halting, long running) {
        return new State(
                Phase.DRAINING,
                nowNanos,
                nowNanos + draining.toNanos(),
                halting,
                running,
                running,
                0);
    }

    /** What {@code input} makes of {@code state}. */
    public static Step step(State state, Input input, long nowNanos) {
        return switch (input) {
            case Input.Looked it -> looked(state, it.running(), nowNanos);
            case Input.Forced it ->
                    state.phase() == Phase.DRAINING
                            ? halting(state, it.running(), nowNanos)
                            : looked(state, it.running(), nowNanos);
        };
    }

    private static Step looked(State state, long running, long nowNanos) {
        boolean isUp = nowNanos - state.untilNanos() >= 0;
        return switch (state.phase()) {
            case RUNNING, STOPPED -> new Step(state, Effect.NOTHING);
            case DRAINING ->
                    running == 0
                            ? stopped(state)
                            : isUp
                                    ? halting(state, running, nowNanos)
                                    : new Step(
                                            with(state, Phase.DRAINING, running), Effect.NOTHING);
            case HALTING ->
                    running == 0 || isUp
                            ? stopped(with(state, Phase.HALTING, running))
                            : new Step(with(state, Phase.HALTING, running), Effect.NOTHING);
        };
    }

    private static Step halting(State state, long running, long nowNanos) {
        if (running == 0) {
            return stopped(state);
        }
        return new Step(
                new State(
                        Phase.HALTING,
                        state.startedNanos(),
                        nowNanos + state.halting().toNanos(),
                        state.halting(),
                        running,
                        state.first(),
                        running),
                Effect.CUT);
    }

    private static Step stopped(State state) {
        return new Step(with(state, Phase.STOPPED, 0), Effect.FINISH);
    }

    private static State with(State state, Phase phase, long running) {
        return new State(
                phase,
                state.startedNanos(),
                state.untilNanos(),
                state.halting(),
                running,
                state.first(),
                state.forced());
    }
}
