package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import java.time.Duration;

/** What supervisors tell. */
public sealed interface SupervisionEvent extends Event {
    ComponentId component();

    /** A component works; {@code run} counts its starts. */
    record Started(ComponentId component, int run, Duration took) implements SupervisionEvent {}

    /** A component failed, or could not start, and this is what is done about it. */
    record Failed(Failure failure, RestartAdvice advice) implements SupervisionEvent {
        @Override
        public ComponentId component() {
            return failure.component();
        }
    }

    /** A component came to its end and is not started again. */
    record Ended(ComponentId component) implements SupervisionEvent {}

    /** A run has been stopped, by its supervisor or by somebody. */
    record Stopped(ComponentId component, int run, Duration took) implements SupervisionEvent {}

    /** A stop has thrown; the component counts as stopped. */
    record StopFailed(ComponentId component, Throwable cause) implements SupervisionEvent {}

    /** What was to run at the end of a run has thrown: a bug. */
    record MonitorFailed(ComponentId component, Throwable cause) implements SupervisionEvent {}

    /** A component may not start. */
    record StartDenied(ComponentId component, String reason) implements SupervisionEvent {}

    /**
     * A start or a stop does not return, not even interrupted: it is left alone.
     *
     * @param work {@code start} or {@code stop}
     */
    record Abandoned(ComponentId component, String work, Duration limit)
            implements SupervisionEvent {}

    /** What was abandoned has returned after all. */
    record AbandonedReturned(ComponentId component, String work) implements SupervisionEvent {}

    /** A supervisor cannot help any more, and fails in turn. */
    record Escalated(ComponentId component, ComponentId child, String reason)
            implements SupervisionEvent {}

    /** A dynamic supervisor has as many children as it may have. */
    record ChildRefused(ComponentId component, int limit) implements SupervisionEvent {}

    /** The advisor or the gate threw: a bug; plain pauses, or a denial, are used instead. */
    record DecisionFailed(ComponentId component, Throwable cause) implements SupervisionEvent {}
}
