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

    /**
     * A request whose answer ends a stream.
     *
     * @param message as the client sent it
     * @param lastWords with what the stream has to end should the process die while the request is
     *     run
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    record Work(byte[] message, byte[] lastWords) {}

    /** A request that an earlier process took, but did not begin to run. */
    record Accepted(String stream, Work work) {}

    /** A name for a stream that no stream of this session had before; begins with {@code kind}. */
    String newStream(String kind);

    /** True when requests are recorded here for the process that comes after this one. */
    default boolean isDurable() {
        return false;
    }

    /**
     * Records that the request of a stream was taken and waits: the next process finds it in {@link
     * #accepted}, unless it was begun, or the stream ended.
     */
    default void accept(String stream, Work work) {}

    /**
     * Records that the request of a stream is run, should it not have ended: the next process does
     * not run it, but appends its last words, once.
     */
    void begin(String stream, Work work);

    /**
     * As {@link #begin} for what was accepted, and waits until it is as durable as the log can make
     * it.
     *
     * @throws io.erlmcp.protocol.McpException when it cannot be recorded, and so must not be run
     */
    default void beginAccepted(String stream, Work work) {}

    /** What an earlier process accepted and did not begin; given out once. */
    default List<Accepted> accepted() {
        return List.of();
    }

    /** True when an earlier process took this very message, and recorded it. */
    default boolean isReplay(byte[] message) {
        return false;
    }

    /** Keeps {@code data} as the next event of {@code stream}. */
    EventId append(String stream, byte[] data);

    /** Keeps {@code data} as the last event of a stream, which needs no last words any more. */
    EventId finish(String stream, byte[] data);

    /**
     * Keeps an event of another log under the id that it has there; a log that ends with its
     * process need not.
     */
    default void mirror(EventId id, byte[] data, boolean isLast) {}

    /** The newest number that an event of this log has, or had; 0 for none. */
    long lastNumber();

    /** Gives out no number up to {@code number} any more: another log of the session has them. */
    default void goOnAfter(long number) {}

    /** The stream ends without another event. */
    void abandon(String stream);

    /**
     * The events of the same stream after {@code id}, oldest first.
     *
     * @return empty when the log cannot tell: it never issued the id, or what followed it is gone
     */
    Optional<List<Entry>> after(EventId id);

    /**
     * The session has ended, or its server has: nothing is kept any more, neither in memory nor in
     * a store. What a store holds by now ends with the session's record.
     */
    void close();
}
