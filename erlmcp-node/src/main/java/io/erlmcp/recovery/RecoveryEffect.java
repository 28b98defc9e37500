package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import java.time.Duration;

/** What a {@link RecoveryStep} wants to be done. Nothing here starts a component: it is advised. */
public sealed interface RecoveryEffect {
    record Tell(RecoveryEvent event) implements RecoveryEffect {}

    /** Say {@link RecoveryInput.Due} after {@code delay}. */
    record Wake(ComponentId component, long sinceNanos, Duration delay) implements RecoveryEffect {}

    /** Keep what shows what happened, and say {@link RecoveryInput.Investigated}. */
    record Investigate(ComponentId component, FailureClass type, String error)
            implements RecoveryEffect {}

    /** Have the whole node hold back: it failed because the node has too little of something. */
    record HoldBack(ComponentId component, Shortage shortage) implements RecoveryEffect {}

    /** Halt it on the andon board, so that it stays down until an operator resumes it. */
    record Halt(ComponentId component, FailureClass type, int count, String reason)
            implements RecoveryEffect {}

    /** Show in the health of the node how it is. */
    record Show(ComponentId component, Condition condition, FailureClass type, String error)
            implements RecoveryEffect {}
}
