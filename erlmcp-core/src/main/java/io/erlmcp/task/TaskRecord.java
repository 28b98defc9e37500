package io.erlmcp.task;

import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a task is, without what is live in it.
 *
 * @param id hard to guess, and a secret
 * @param owner under whom it is listed
 * @param principal who may see it, with the scopes that were granted when it was made
 * @param name what was called
 * @param ttl how long after {@code created} it is kept
 * @param result what the request would have answered, where it ended with a result
 * @param error with what it ended, where it failed
 */
public record TaskRecord(
        String id,
        String owner,
        Principal principal,
        String name,
        TaskStatus status,
        @Nullable String statusMessage,
        Instant created,
        Instant updated,
        Duration ttl,
        @Nullable JsonSlice result,
        @Nullable TaskError error) {
    /** A task that begins; times are kept to the millisecond. */
    static TaskRecord working(String id, TaskOrder order, Duration ttl, Instant now) {
        Instant begin = now.truncatedTo(ChronoUnit.MILLIS);
        return new TaskRecord(
                id,
                order.owner(),
                order.principal(),
                order.name(),
                TaskStatus.WORKING,
                null,
                begin,
                begin,
                ttl,
                null,
                null);
    }

    /** Whether that caller made it, and may still do all that its maker was allowed to. */
    boolean isOf(Principal caller) {
        return isOf(principal, caller);
    }

    static boolean isOf(Principal maker, Principal caller) {
        return maker.name().equals(caller.name()) && caller.scopes().containsAll(maker.scopes());
    }

    TaskRecord with(TaskStatus next, @Nullable String message, Instant now) {
        return new TaskRecord(
                id, owner, principal, name, next, message, created, now, ttl, result, error);
    }

    TaskRecord ended(
            TaskStatus next,
            @Nullable String message,
            @Nullable JsonSlice with,
            @Nullable TaskError failure,
            Instant now) {
        return new TaskRecord(
                id, owner, principal, name, next, message, created, now, ttl, with, failure);
    }

    TaskRecord cancelled(Instant now) {
        return ended(TaskStatus.CANCELLED, "The client cancelled it", null, null, now);
    }

    TaskRecord failed(TaskError why, Instant now) {
        return ended(TaskStatus.FAILED, why.message(), null, why, now);
    }

    /** The bytes of its result. */
    int resultBytes() {
        return result == null ? 0 : result.length();
    }

    /** Without the id, which is a secret, and without what was answered. */
    @Override
    public String toString() {
        return "TaskRecord[" + name + ", " + status + ']';
    }
}
