package io.erlmcp.transport;

import java.time.Duration;

/** The upper end of a {@link Connection}; called by its reader thread, one call at a time. */
public interface ConnectionHandler {
    /**
     * One message arrived. The bytes belong to the handler from now on.
     *
     * @param message the UTF-8 text of one JSON value, without framing
     */
    void message(byte[] message);

    /**
     * The peer sent something that is no message: a line over the limit, bytes that are not UTF-8.
     */
    void malformed(String reason);

    /**
     * No more messages will come, but answers can still be sent: waits for calls in progress. Not
     * for event loops.
     *
     * @param limit how long to wait at most
     */
    default void inputEnded(Duration limit) throws InterruptedException {}

    /** The connection is gone; calls in progress are cancelled. */
    void closed();
}
