package io.erlmcp.transport;

import io.erlmcp.observability.Event;
import java.time.Duration;

/** What client transports tell observers. */
public sealed interface ClientTransportEvent extends Event {
    /** A stream broke and is opened again after {@code delay}. */
    record StreamReconnecting(String transport, int attempt, Duration delay)
            implements ClientTransportEvent {}

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
