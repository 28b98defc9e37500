package io.erlmcp.dispatch;

import io.erlmcp.observability.Event;
import io.erlmcp.protocol.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What the dispatcher tells. {@code target} is the name of the tool or prompt that was called, null
 * when the call was refused.
 */
public sealed interface DispatchEvent extends Event {
    /** How a call ended. */
    enum Outcome {
        OK,
        TOOL_ERROR,
        INPUT_REQUIRED,
        TASK,
        REFUSED,
        FAILED,
        CANCELLED,
        DEADLINE
    }

    /** A call ended; {@code code} is the JSON-RPC error code, or 0. */
    record CallFinished(
            String method,
            @Nullable String target,
            Revision revision,
            Outcome outcome,
            int code,
            long nanos)
            implements DispatchEvent {}

    /** A call was answered at its deadline, but its thread does not stop. */
    record CallAbandoned(String method, @Nullable String target, String threadName)
            implements DispatchEvent {}

    /** A tool declared non-blocking held an event loop for too long. */
    record LoopBlocked(String method, @Nullable String target, long nanos)
            implements DispatchEvent {}
}
