package io.erlmcp.andon;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import java.time.Duration;

/** What happens around the andon cord. */
public sealed interface AndonEvent extends Event {
    /** So many components are halted now: after the start, and after every change. */
    record HaltsHeld(int count) implements AndonEvent {}

    /** A component was stopped, or is stopped harder than before. */
    record Halted(Halt halt) implements AndonEvent {}

    /** A component may go on. */
    record Resumed(Stop stop) implements AndonEvent {}

    /** A call was refused, because of {@code component}. */
    record CallDenied(ComponentId component, String method) implements AndonEvent {}

    /**
     * Calls were refused; told once a second at most for each component.
     *
     * @param method of the last of them
     * @param count since the last time this was told
     */
    record CallsDenied(ComponentId component, String method, long count) implements AndonEvent {}

    /** A component was not started, because of a halt. */
    record StartDenied(ComponentId component, Halt halt) implements AndonEvent {}

    /** A component that stops in order has come to its next phase. */
    record PhaseChanged(ComponentId component, Phase phase) implements AndonEvent {}

    /**
     * A component has stopped in order.
     *
     * @param took from the first phase to the last
     * @param drained calls that came to their end
     * @param forced calls that were cut
     */
    record DrainFinished(ComponentId component, Duration took, long drained, long forced)
            implements AndonEvent {}

    /** A receipt was written. */
    record ReceiptWritten(Receipt receipt) implements AndonEvent {}

    /** Something could not be kept; what was asked for holds until the node ends, or not at all. */
    record NotKept(String what, String problem) implements AndonEvent {}

    /** What was kept cannot be used. */
    record Unreadable(String what, String problem) implements AndonEvent {}

    /** A component left something to its next run. */
    record StateSaved(ComponentId component, int sessions, int pending, long bytes)
            implements AndonEvent {}

    /** A component has what its last run left. */
    record StateRestored(ComponentId component, int sessions, int pending) implements AndonEvent {}

    /** What was left was too old, and is gone. */
    record StateExpired(ComponentId component, Duration age) implements AndonEvent {}
}
