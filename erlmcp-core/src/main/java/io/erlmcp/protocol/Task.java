package io.erlmcp.protocol;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a peer is told of a task: a request whose work goes on behind its answer.
 *
 * @param id a secret: who knows it, and is who made the task, may see and stop it
 * @param ttl how long after its creation it is kept; null without end
 * @param pollInterval how often to ask for it; null where the peer may choose
 */
public record Task(
        String id,
        TaskStatus status,
        @Nullable String statusMessage,
        Instant createdAt,
        Instant lastUpdatedAt,
        @Nullable Duration ttl,
        @Nullable Duration pollInterval) {
    /** Without the id, which is a secret. */
    @Override
    public String toString() {
        return "Task[" + status + ']';
    }
}
