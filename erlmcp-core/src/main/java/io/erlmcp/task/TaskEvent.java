package io.erlmcp.task;

import io.erlmcp.observability.Event;
import io.erlmcp.protocol.TaskStatus;

/**
 * What tasks tell. Ids of tasks are secrets and never appear here; {@code name} is what was called.
 */
public sealed interface TaskEvent extends Event {
    /** A task began. */
    record TaskCreated(String name) implements TaskEvent {}

    /** A task ended, {@code nanos} after it began. */
    record TaskEnded(String name, TaskStatus status, long nanos) implements TaskEvent {}

    /** A task was not made, because there are too many. */
    record TaskRefused(String name, String reason) implements TaskEvent {}

    /** Tasks were forgotten because their time was over. */
    record TasksExpired(int count) implements TaskEvent {}

    /** Tasks that ran when an earlier process died were found, and marked as failed. */
    record TasksInterrupted(int count) implements TaskEvent {}

    /** A task was stopped, but its thread goes on. */
    record TaskAbandoned(String name, String threadName) implements TaskEvent {}

    /** The end of a task could not be stored, and is tried again. */
    record TaskUnsaved(String name, String reason) implements TaskEvent {}
}
