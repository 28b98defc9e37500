package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.supervision.RestartAdvice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What recovery tells. Errors come without secrets, cut, and on one line. */
public sealed interface RecoveryEvent extends Event {
    ComponentId component();

    /**
     * It is decided what becomes of a failure.
     *
     * @param failedAt when it failed
     * @param advice what its supervisor does
     * @param plan the steps; empty for what is temporary, and left down
     * @param next what is expected, if nobody changes anything
     */
    record Decided(
            ComponentId component,
            Diagnosis diagnosis,
            Instant failedAt,
            RestartAdvice advice,
            List<PlanStep> plan,
            String error,
            FailureAnalysis.Prediction next)
            implements RecoveryEvent {
        public Decided {
            plan = List.copyOf(plan);
        }
    }

    /**
     * It is known what came of a decision.
     *
     * @param count failures in a row that it was about
     * @param failedAt as in the decision
     * @param steps what became of each that was taken
     */
    record Settled(
            ComponentId component,
            FailureClass type,
            int count,
            Instant failedAt,
            DecisionOutcome outcome,
            Map<PlanStep, StepResult> steps)
            implements RecoveryEvent {
        public Settled {
            steps = Map.copyOf(steps);
        }
    }

    /** A step of a plan has come so far. */
    record StepExecuted(
            ComponentId component,
            FailureClass type,
            int count,
            PlanStep step,
            StepResult result,
            String detail)
            implements RecoveryEvent {}

    /** Something stands out in the failures of a component. */
    record PatternDetected(ComponentId component, Pattern pattern) implements RecoveryEvent {}

    /** So many failures of a component are remembered now. */
    record HistoryGrew(ComponentId component, int size) implements RecoveryEvent {}

    /** The failures of a component are not remembered any more: others failed since. */
    record HistoryForgotten(ComponentId component) implements RecoveryEvent {}

    /** Whoever watches should know; alerts and logs carry it. */
    record Notified(ComponentId component, FailureClass type, int count, String error)
            implements RecoveryEvent {}

    /** Nothing that the node can do is left: an operator has to act. */
    record Exhausted(ComponentId component, FailureClass type, int count, String reason)
            implements RecoveryEvent {}

    /** A component lasts again. */
    record Recovered(ComponentId component, Duration lasted) implements RecoveryEvent {}

    /** A component was not started, because it is halted. */
    record RestartDenied(ComponentId component, String reason) implements RecoveryEvent {}

    /** What shows what happened has been kept. */
    record BundleKept(ComponentId component, int chars) implements RecoveryEvent {}

    /**
     * Something that a plan ordered could not be done.
     *
     * @param what such as {@code halt}
     */
    record NotDone(ComponentId component, String what, String problem) implements RecoveryEvent {}
}
