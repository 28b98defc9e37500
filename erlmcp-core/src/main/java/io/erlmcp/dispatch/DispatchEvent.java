package io.erlmcp.dispatch;

import io.erlmcp.feature.Priority;
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

    /** The thread of an abandoned call came back after all. */
    record AbandonedCallEnded(String method, @Nullable String target) implements DispatchEvent {}

    /** Why a call, or a message, was not served for want of room. */
    enum Shed {
        /** The list of the waiting was full for its priority. */
        QUEUE,
        /** It would have waited, or had waited, for too long. */
        WAIT,
        /** The node held it back. */
        PRESSURE
    }

    /** A call was refused with -31001. */
    record CallShed(String method, Priority priority, Shed reason) implements DispatchEvent {}

    /** A message that informs, and does not answer, was dropped while the node held back. */
    record MessageShed(String method) implements DispatchEvent {}

    /** A session, stream, subscription or task was refused while the node held back. */
    record HeldBack(String what) implements DispatchEvent {}

    /** The list of waiting calls fills up: {@code waiting} of {@code max}, {@code warn} reached. */
    record QueueFilling(int waiting, int warn, int max) implements DispatchEvent {}

    /** A tool declared non-blocking held an event loop for too long. */
    record LoopBlocked(String method, @Nullable String target, long nanos)
            implements DispatchEvent {}
}
