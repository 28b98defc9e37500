package io.erlmcp.session;

import java.time.Instant;
import java.util.List;

/**
 * Where the events of sessions are kept. Thread-safe. The events of a session end with its record
 * in the {@link SessionStore} that belongs to these logs.
 */
public interface EventLogs {
    /** The log of a session that has none yet; never waits. */
    EventLog create(String sessionId);

    /**
     * The log of a session that an earlier process opened, with the last words of streams that it
     * left open; may wait for a disk.
     */
    default EventLog reopen(String sessionId) {
        return create(sessionId);
    }

    /**
     * Ids of sessions for which an earlier process accepted requests that it did not begin; may
     * wait for a disk.
     */
    default List<String> withAccepted() {
        return List.of();
    }

    /**
     * Logs that end with this process.
     *
     * @param started tells event ids of this process from those of others
     */
    static EventLogs inMemory(Instant started, SessionLimits.EventBounds bounds) {
        return new MemoryEventLogs(started, bounds);
    }
}
