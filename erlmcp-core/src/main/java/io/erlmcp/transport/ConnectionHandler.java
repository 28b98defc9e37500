package io.erlmcp.transport;

import java.time.Duration;

/**
 * The upper end of a {@link Connection}; called by its reader thread, one call at a time, except
 * for {@link #cut}.
 */
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

    /**
     * The transport gave the peer up because it does not read, and closes the connection; calls in
     * progress are cancelled. Comes once, from any thread, also while another call is in progress.
     *
     * @param reason the bound that was met
     */
    default void cut(String reason) {
        closed();
    }

    /** What would be lost if the connection ended now; from the connection's loop. */
    default Activity activity() {
        return Activity.NONE;
    }

    /** What a connection is in use for. */
    enum Activity {
        /** Nothing: a connection that is silent for too long may be closed. */
        NONE,
        /** The peer waits for what the server may say by itself. */
        LISTENING,
        /** Requests are being answered. */
        CALLING
    }

    /** The connection is gone; calls in progress are cancelled. May come after {@link #cut}. */
    void closed();
}
