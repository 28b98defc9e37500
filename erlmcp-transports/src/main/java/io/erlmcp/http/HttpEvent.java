package io.erlmcp.http;

import io.erlmcp.observability.Event;
import java.time.Duration;

/**
 * What the HTTP server tells. {@code peer} is the address of the other end, never anything the peer
 * sent.
 */
public sealed interface HttpEvent extends Event {
    /** A connection was accepted; {@code open} counts it. */
    record ConnectionOpened(String peer, int open) implements HttpEvent {}

    /** A connection came while the node lets no more in; its requests are refused with 503. */
    record ConnectionRejected(String peer, int open) implements HttpEvent {}

    /** A connection ended. */
    record ConnectionClosed(String peer, CloseReason reason) implements HttpEvent {}

    /** The server answered by itself because the request broke a rule. */
    record RequestRefused(String peer, int status, String reason) implements HttpEvent {}

    /** A peer that does not read was cut; {@code reason} says which bound it met. */
    record SlowReaderCut(String peer, long unsentBytes, String reason) implements HttpEvent {}

    /** No connections are accepted for now. */
    record AcceptPaused(String reason, int open) implements HttpEvent {}

    /** Connections are accepted again, after {@code pause}. */
    record AcceptResumed(Duration pause) implements HttpEvent {}

    /** A handler threw: a bug. The peer got an opaque 500. */
    record HandlerFailed(String path, Throwable failure) implements HttpEvent {}

    /** Why a connection ended. */
    enum CloseReason {
        /** The peer closed it. */
        PEER,
        /** The peer asked for it, or we announced it, after an answer. */
        ANSWERED,
        /** No request for the idle time-out. */
        IDLE,
        /** A head did not arrive in time. */
        HEADER_TIMEOUT,
        /** A body did not arrive in time. */
        BODY_TIMEOUT,
        /** Another protocol took the connection over. */
        SWITCHED,
        /** A request broke a rule. */
        REFUSED,
        /** The peer did not read. */
        SLOW_READER,
        /** The server stops. */
        SHUTDOWN,
        /** The socket failed. */
        ERROR
    }
}
