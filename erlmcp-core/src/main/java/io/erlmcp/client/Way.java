package io.erlmcp.client;

import io.erlmcp.transport.OutgoingMessage;

/** How a request leaves the client: alone, or in one message with others. */
@FunctionalInterface
interface Way {
    /**
     * @throws io.erlmcp.transport.TransportException when it cannot be sent
     */
    void send(OutgoingMessage request);
}
