package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;

/** What happens to components, as far as recovery is concerned. */
public sealed interface RecoveryInput {
    ComponentId component();

    /** A component failed, and this is what its supervisor does. */
    record Failed(FailureFacts facts, Answer answer) implements RecoveryInput {
        @Override
        public ComponentId component() {
            return facts.component();
        }
    }

    /** What a supervisor does about a failure. */
    enum Answer {
        /** What it was advised to. */
        AS_ADVISED,
        /** It gives up in turn: a restart would be one too many. */
        GIVES_UP,
        /** It leaves the component down, because it is temporary. */
        LEFT_DOWN
    }

    /**
     * A component is gone that does not fail for it, such as a server on a network: it is connected
     * to again. What needs it may fail next.
     */
    record Lost(ComponentId component) implements RecoveryInput {}

    /** A run has begun. */
    record Started(ComponentId component) implements RecoveryInput {}

    /** A run has ended, for whatever reason. */
    record Stopped(ComponentId component) implements RecoveryInput {}

    /** The period of the intensity has passed since the run began then. */
    record Due(ComponentId component, long sinceNanos) implements RecoveryInput {}

    /** What shows what happened has been kept, or could not be. */
    record Investigated(ComponentId component, FailureClass type, boolean isKept)
            implements RecoveryInput {}

    /** A component may not start, because it is halted. */
    record Denied(ComponentId component, String reason) implements RecoveryInput {}

    /** An operator lets a component go on that was halted. */
    record Resumed(ComponentId component) implements RecoveryInput {}
}
