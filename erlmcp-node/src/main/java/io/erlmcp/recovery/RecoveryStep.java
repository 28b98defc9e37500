package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.Now;
import io.erlmcp.supervision.RestartAdvice;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of recovery: pure, so that the simulator can make thousands of them. {@link
 * #advise} says what becomes of a failure, {@link #step} what is remembered and done beside.
 *
 * <p>A failure selects a plan by its class and count. Its steps are taken in order up to the first
 * that starts the component again; the rest waits for what comes of that. A restart that lasts for
 * the period of the intensity makes the rest needless; one that does not is followed by the rest,
 * and then by the plan of the new failure. An operator is asked when no restart is left, and not
 * before.
 */
public final class RecoveryStep {
    private final RecoveryLimits limits;

    public RecoveryStep(RecoveryLimits limits) {
        this.limits = limits;
    }

    /** The next state, and what is to be done, in order. */
    public record Outcome(RecoveryState state, List<RecoveryEffect> effects) {
        public Outcome {
            effects = List.copyOf(effects);
        }
    }

    /** What is to become of a component that failed. */
    public RestartAdvice advise(RecoveryState state, FailureFacts facts, Now now) {
        Diagnosis diagnosis = diagnose(state, facts, now, limits);
        if (facts.limits().isUsedUp(facts.failure())) {
            return new RestartAdvice.Halt(facts.exhausted(diagnosis.type()));
        }
        boolean isQuick = Plans.of(diagnosis.type(), diagnosis.count()).contains(PlanStep.ATTEMPT);
        Duration pause =
                isQuick
                        ? facts.limits().usual(facts.failure())
                        : facts.limits().slow(facts.failure());
        return new RestartAdvice.After(RestartLimits.longer(pause, facts.refused()));
    }

    static Diagnosis diagnose(
            RecoveryState state, FailureFacts facts, Now now, RecoveryLimits limits) {
        Duration ran = ran(state, facts.component(), now);
        boolean ranLong = ran != null && ran.compareTo(facts.limits().intensity().period()) >= 0;
        return FailureAnalysis.diagnose(
                state.of(facts.component()).history(),
                state.recent(),
                facts,
                ranLong,
                new FailureAnalysis.Moment(now.nanos(), limits));
    }

    static @Nullable Duration ran(RecoveryState state, ComponentId component, Now now) {
        Long since = state.upSinceNanos().get(component);
        return since == null ? null : Duration.ofNanos(now.nanos() - since);
    }

    public Outcome step(RecoveryState state, RecoveryInput input, Now now) {
        RecoveryTurn turn = new RecoveryTurn(limits, state, input.component(), now);
        switch (input) {
            case RecoveryInput.Failed it -> turn.failed(it);
            case RecoveryInput.Started it -> turn.started();
            case RecoveryInput.Stopped it -> turn.stopped();
            case RecoveryInput.Due it -> turn.due(it.sinceNanos());
            case RecoveryInput.Investigated it -> turn.investigated(it.type(), it.isKept());
            case RecoveryInput.Denied it -> turn.denied(it.reason());
            case RecoveryInput.Resumed it -> turn.resumed();
        }
        return turn.outcome();
    }
}
