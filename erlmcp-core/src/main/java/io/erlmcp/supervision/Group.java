package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Children that share one fate, as far as restarting goes: one child where each has its own, else
 * all children of a supervisor. Immutable; {@link GroupDecision} makes the next one.
 *
 * @param children in the order in which they start
 * @param mode where it is in its life
 * @param restarts when children were started again within the period, in monotonic nanoseconds
 * @param pauseEnd nothing starts before this, in monotonic nanoseconds; null where nothing waits
 */
public record Group(
        Strategy strategy,
        Intensity intensity,
        List<Child> children,
        Mode mode,
        List<Long> restarts,
        @Nullable Long pauseEnd) {
    public Group {
        children = List.copyOf(children);
        restarts = List.copyOf(restarts);
    }

    /** Where a group is in its life. */
    public enum Mode {
        /** Its children start for the first time: the failure of one ends the start. */
        OPENING,
        OPEN,
        /** Its children stop, and none starts again. */
        CLOSING,
        CLOSED
    }

    /** Whether a run is there. */
    public enum Phase {
        DOWN,
        STARTING,
        UP,
        STOPPING
    }

    /** What is wanted of a child. */
    public enum Target {
        RUN,
        /** It came to its end and is not started again. */
        ENDED,
        /** Somebody stopped it. */
        STOPPED,
        /** It is left down, and the others go on without it. */
        DEGRADED,
        /** It is left down until somebody starts it. */
        HALTED
    }

    /**
     * What is known of a child.
     *
     * @param run counts its starts; names the current run, or the last
     * @param mustStop the current run has to end, whatever is wanted of the child
     * @param upSinceNanos when its current run began to work
     * @param consecutive failures in a row
     * @param since when what can be seen of it changed last
     * @param reason why it is down, where there is a reason
     */
    public record Child(
            ComponentId id,
            Restart restart,
            Phase phase,
            Target target,
            int run,
            boolean mustStop,
            long upSinceNanos,
            int consecutive,
            Instant since,
            @Nullable String reason,
            @Nullable Failure lastFailure) {
        /** A child that has not run yet. */
        public static Child fresh(ComponentId id, Restart restart, Instant now) {
            return new Child(id, restart, Phase.DOWN, Target.RUN, 0, false, 0, 0, now, null, null);
        }

        boolean isAlive() {
            return phase == Phase.STARTING || phase == Phase.UP;
        }

        Child in(Phase other, Now now) {
            boolean starts = other == Phase.STARTING;
            return new Child(
                    id,
                    restart,
                    other,
                    target,
                    starts ? run + 1 : run,
                    other == Phase.STOPPING,
                    other == Phase.UP ? now.nanos() : upSinceNanos,
                    consecutive,
                    now.wall(),
                    starts ? null : reason,
                    lastFailure);
        }

        Child condemned() {
            return new Child(
                    id,
                    restart,
                    phase,
                    target,
                    run,
                    true,
                    upSinceNanos,
                    consecutive,
                    since,
                    reason,
                    lastFailure);
        }

        Child wanted(Target other, @Nullable String why, Instant now) {
            return new Child(
                    id,
                    restart,
                    phase,
                    other,
                    run,
                    mustStop,
                    upSinceNanos,
                    consecutive,
                    now,
                    why,
                    lastFailure);
        }

        Child failed(Failure failure) {
            return new Child(
                    id,
                    restart,
                    phase,
                    target,
                    run,
                    mustStop,
                    upSinceNanos,
                    failure.consecutive(),
                    since,
                    reason,
                    failure);
        }

        Child forgiven() {
            return new Child(
                    id,
                    restart,
                    phase,
                    target,
                    run,
                    mustStop,
                    upSinceNanos,
                    0,
                    since,
                    reason,
                    lastFailure);
        }
    }

    /** A group of {@code children}; {@code mode} is how it begins. */
    public static Group of(
            Strategy strategy, Intensity intensity, Mode mode, List<Child> children) {
        return new Group(strategy, intensity, children, mode, List.of(), null);
    }
}
