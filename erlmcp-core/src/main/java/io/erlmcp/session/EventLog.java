package io.erlmcp.session;

import java.util.List;
import java.util.Optional;

/**
 * The events of one session, for clients that come back with Last-Event-ID. Bounded; the oldest go
 * first. Thread-safe.
 */
interface EventLog {
    /** One event as it was sent; {@code data} is empty for a priming event. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    record Entry(EventId id, byte[] data) {}

    /** Keeps {@code data} as the next event of {@code stream}. */
    EventId append(String stream, byte[] data);

    /**
     * The events of the same stream after {@code id}, oldest first.
     *
     * @return empty when the log cannot tell: it never issued the id, or what followed it is gone
     */
    Optional<List<Entry>> after(EventId id);
}
