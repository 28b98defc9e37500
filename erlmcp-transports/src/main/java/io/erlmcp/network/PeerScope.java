package io.erlmcp.network;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.Endpoint;

/**
 * What all connections of one server share. Thread-safe.
 *
 * @param transport {@code tcp}, {@code unix} or {@code websocket}
 * @param received bounds the bytes of messages that are partly received
 * @param unsent bounds the bytes that wait for peers
 */
public record PeerScope(
        String transport,
        PeerLimits limits,
        Endpoint endpoint,
        Observer observer,
        ByteBudget received,
        ByteBudget unsent,
        Traffic traffic,
        Time time) {
    /**
     * Loads the events' classes now: the first one may have to be told when no file descriptor is
     * left to load it with, and an error then would end an event loop.
     */
    public PeerScope {
        for (Class<?> event : ConnectionEvent.class.getPermittedSubclasses()) {
            if (!ConnectionEvent.class.isAssignableFrom(event)) {
                throw new IllegalStateException(event + " is no event");
            }
        }
    }

    void tell(ConnectionEvent event) {
        observer.on(event);
    }
}
