package io.erlmcp.http;

import io.erlmcp.http.HttpServerConfig.Timeouts;
import java.time.Duration;

/** Where a connection stands between two requests, and what its clock asks for there. */
enum Phase {
    /** Nothing but a part of the first head came since the accept. */
    FIRST,
    /** Between requests. */
    IDLE,
    /** Part of a later head came. */
    HEAD,
    BODY,
    /** A request is being answered. */
    BUSY,
    STREAM,
    /** The last answer is on its way; what still comes is thrown away. */
    CLOSING,
    CLOSED;

    /** How long a peer may go on sending after the last answer, so that it can read it. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** When the server drains, a connection that was quiet for this long has nothing on its way. */
    private static final Duration DRAIN_IDLE = Duration.ofMillis(250);

    /** What is due. */
    enum Due {
        NOTHING,
        /** Nothing is in progress, and the server stops. */
        STOP,
        /** The peer sent nothing for too long. */
        SILENT,
        SLOW_HEAD,
        SLOW_BODY,
        QUIET_STREAM,
        LINGERED
    }

    /** Why a connection ends that the server refused with {@code status}. */
    HttpEvent.CloseReason reasonOf(int status) {
        if (status != 408) {
            return HttpEvent.CloseReason.REFUSED;
        }
        return this == BODY
                ? HttpEvent.CloseReason.BODY_TIMEOUT
                : HttpEvent.CloseReason.HEADER_TIMEOUT;
    }

    boolean isReading() {
        return this == FIRST || this == HEAD || this == BODY;
    }

    /**
     * @param sinceNanos time in this phase; on a stream, since its last event
     * @param nothingHeld whether no part of a head came
     */
    Due due(long sinceNanos, Timeouts timeouts, boolean draining, boolean nothingHeld) {
        boolean stop = draining && nothingHeld && isPast(sinceNanos, DRAIN_IDLE);
        return switch (this) {
            case FIRST, HEAD -> {
                Due due = nothingHeld ? Due.SILENT : Due.SLOW_HEAD;
                Due now = isPast(sinceNanos, timeouts.header()) ? due : Due.NOTHING;
                yield stop ? Due.STOP : now;
            }
            case IDLE -> {
                Due now = isPast(sinceNanos, timeouts.idle()) ? Due.SILENT : Due.NOTHING;
                yield stop ? Due.STOP : now;
            }
            case BODY -> isPast(sinceNanos, timeouts.body()) ? Due.SLOW_BODY : Due.NOTHING;
            case STREAM ->
                    isPast(sinceNanos, timeouts.sseKeepAlive()) ? Due.QUIET_STREAM : Due.NOTHING;
            case CLOSING -> isPast(sinceNanos, LINGER) ? Due.LINGERED : Due.NOTHING;
            case BUSY, CLOSED -> Due.NOTHING;
        };
    }

    private static boolean isPast(long nanos, Duration limit) {
        return nanos >= limit.toNanos();
    }
}
