package io.erlmcp.transport;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message could not be sent, or an answer will not come; {@link #kind} says what is known about
 * the request.
 */
public final class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, seen from the request. */
    public enum Kind {
        /** The server could not be reached: nothing was delivered. */
        UNREACHABLE,
        /** The server answered with an HTTP status instead of a message. */
        REFUSED,
        /**
         * The server answered with HTTP status 429 or 503: it has too much to do, and did not
         * execute the request, unless the body is the error -31004. {@link #retryAfter} says when
         * it may, if the server does.
         */
        BUSY,
        /** The server does not know the session: the request was not executed. */
        SESSION_LOST,
        /** The path broke after the request left: it may have been executed. */
        BROKEN,
        /** A limit on what a server may send, or on what waits to be sent, was exceeded. */
        LIMIT,
        /** The transport was closed. */
        CLOSED
    }

    private final Kind kind;
    private final int status;
    private final transient byte @Nullable [] body;
    private final @Nullable Duration retryAfter;

    public TransportException(Kind kind, String message) {
        this(kind, message, null);
    }

    public TransportException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.status = 0;
        this.body = null;
        this.retryAfter = null;
    }

    private TransportException(
            Kind kind, String message, int status, byte[] body, @Nullable Duration retryAfter) {
        super(message);
        this.kind = kind;
        this.status = status;
        this.body = body;
        this.retryAfter = retryAfter;
    }

    /** The server refused with an HTTP status; {@code body} may hold a JSON-RPC error. */
    public static TransportException refused(Kind kind, String message, int status, byte[] body) {
        return new TransportException(kind, message, status, body, null);
    }

    /** The server is busy; {@code retryAfter} is what it says of when to come back. */
    public static TransportException busy(
            String message, int status, byte[] body, @Nullable Duration retryAfter) {
        return new TransportException(Kind.BUSY, message, status, body, retryAfter);
    }

    public Kind kind() {
        return kind;
    }

    /** When the server wants to be asked again, if it says. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The HTTP status, or 0 where there was none. */
    public int status() {
        return status;
    }

    /** The body that came with the status. */
    public Optional<byte[]> body() {
        return Optional.ofNullable(body);
    }
}
