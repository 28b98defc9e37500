package io.erlmcp.session;

import java.util.List;
import java.util.Optional;

/**
 * The events of one session, for clients that come back with Last-Event-ID. Bounded; the oldest go
 * first. Thread-safe.
 *
 * <p>Writing never waits: an event that cannot be kept counts as gone at once, and a resume from
 * before it is refused. Reading may wait where the log is on a disk.
 */
public interface EventLog {
    /** One event as it was sent; {@code data} is empty for a priming event. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    record Entry(EventId id, byte[] data) {}

    /** A name for a stream that no stream of this session had before; begins with {@code kind}. */
    String newStream(String kind);

    /**
     * Says with what a stream has to end should the process die before it ends: the next process
     * appends {@code lastWords}, once.
     */
    void begin(String stream, byte[] lastWords);

    /** Keeps {@code data} as the next event of {@code stream}. */
    EventId append(String stream, byte[] data);

    /** Keeps {@code data} as the last event of a stream, which needs no last words any more. */
    EventId finish(String stream, byte[] data);

    /** The stream ends without another event. */
    void abandon(String stream);

    /**
     * The events of the same stream after {@code id}, oldest first.
     *
     * @return empty when the log cannot tell: it never issued the id, or what followed it is gone
     */
    Optional<List<Entry>> after(EventId id);

    /**
     * The session has ended: nothing is kept in memory any more. What a store holds ends with the
     * session's record.
     */
    default void close() {}
}
