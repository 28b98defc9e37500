package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What recovery tells. Errors come without secrets, cut, and on one line. */
public sealed interface RecoveryEvent extends Event {
    ComponentId component();

    /**
     * There is a plan for a failure.
     *
     * @param count failures in a row
     * @param root what failed first, where it is a cascade
     */
    record PlanSelected(
            ComponentId component,
            FailureClass type,
            int count,
            List<PlanStep> steps,
            String error,
            @Nullable ComponentId root)
            implements RecoveryEvent {}

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
