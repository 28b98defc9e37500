package io.erlmcp.network;

import io.erlmcp.observability.Event;
import java.time.Duration;

/**
 * What servers of connections that carry messages both ways tell. {@code peer} is the address of
 * the other end, {@code transport} is {@code tcp}, {@code unix}, {@code websocket} or, before a
 * handshake, {@code http}.
 */
public sealed interface ConnectionEvent extends Event {
    String transport();

    /** A connection was accepted; {@code open} counts it. */
    record Opened(String transport, String peer, int open) implements ConnectionEvent {}

    /** A connection came while the node lets no more in, and was closed. */
    record Rejected(String transport, String peer, int open) implements ConnectionEvent {}

    /** A connection ended. */
    record Closed(String transport, String peer, Reason reason) implements ConnectionEvent {}

    /** The peer sent what is no message. */
    record Malformed(String transport, String peer, String reason) implements ConnectionEvent {}

    /** A connection was accepted, but its TLS handshake failed. */
    record HandshakeFailed(String transport, String peer, String reason)
            implements ConnectionEvent {}

    /** No connections are accepted for now. */
    record AcceptPaused(String transport, String reason, int open) implements ConnectionEvent {}

    /** Connections are accepted again, after {@code pause}. */
    record AcceptResumed(String transport, Duration pause) implements ConnectionEvent {}

    /** A handler threw: a bug. The connection was cut. */
    record HandlerFailed(String transport, Throwable failure) implements ConnectionEvent {}

    /** Why a connection ended. */
    enum Reason {
        /** The peer closed it. */
        PEER,
        /** We closed it, and the peer heard why. */
        CLOSED,
        /** Nothing came for the idle time-out. */
        IDLE,
        /** A message did not arrive in time. */
        MESSAGE_TIMEOUT,
        /** The peer did not read. */
        SLOW_READER,
        /** The server stops. */
        SHUTDOWN,
        /** The socket failed, or a handler did. */
        ERROR
    }
}
