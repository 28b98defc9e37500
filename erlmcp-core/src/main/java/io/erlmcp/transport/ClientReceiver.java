package io.erlmcp.transport;

import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * The upper end of a {@link ClientTransport}; called by its readers, from several threads, and
 * never blocks.
 */
public interface ClientReceiver {
    /**
     * One message arrived. The bytes belong to the receiver from now on.
     *
     * @param message the UTF-8 text of one JSON value, without framing
     * @param of the request on whose own stream it came, or null where there is no such stream
     * @return true when the message was the answer to {@code of}, so that nothing of worth follows
     *     on that stream
     */
    boolean message(byte[] message, @Nullable RequestId of);

    /** The request will not be answered. */
    void failed(RequestId id, TransportException failure);

    /** The path is gone, and with it everything pending. */
    void closed(TransportException failure);

    /**
     * The server said, without being asked by a request, that it does not know the session. What is
     * pending goes on by itself.
     */
    void sessionLost(TransportException failure);

    /**
     * Whom to tell from now on, because the path, or the session, is another one than before. A
     * transport asks for it when it has dropped the one before, of whose loss nothing counts that
     * comes later; a receiver that passes things on asks the one behind it.
     */
    default ClientReceiver ofNextPath() {
        return this;
    }

    /** Something happened that an observer may want to know. */
    void observed(Event event);
}
