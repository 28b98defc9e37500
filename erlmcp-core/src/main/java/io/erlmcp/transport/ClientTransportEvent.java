package io.erlmcp.transport;

import io.erlmcp.observability.Event;
import java.time.Duration;

/** What client transports tell observers. */
public sealed interface ClientTransportEvent extends Event {
    /** A stream broke and is opened again after {@code delay}. */
    record StreamReconnecting(String transport, int attempt, Duration delay)
            implements ClientTransportEvent {}

    /**
     * The stream on which the server speaks by itself was opened again, but not behind the last
     * event: what the server said meanwhile may be lost.
     */
    record EventsMissed(String transport, String reason) implements ClientTransportEvent {}

    /** The server cannot be heard by itself any more in this session, or never could. */
    record StreamGivenUp(String transport, String reason) implements ClientTransportEvent {}

    /** A notification or an answer could not be delivered. */
    record MessageLost(String transport, String label, String reason)
            implements ClientTransportEvent {}

    /** The server sent something that is no message, or more than it may. */
    record MessageMalformed(String transport, String reason) implements ClientTransportEvent {}

    /** The server runs as a process of its own. */
    record ProcessStarted(String transport, long pid) implements ClientTransportEvent {}

    /** The server's process ended by itself. */
    record ProcessEnded(String transport, int exitCode) implements ClientTransportEvent {}
}
