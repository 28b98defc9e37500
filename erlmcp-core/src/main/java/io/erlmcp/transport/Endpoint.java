package io.erlmcp.transport;

/**
 * What a server transport calls: one endpoint serves any number of transports.
 *
 * <p>Both methods are called on reader threads or event loops and never block.
 */
public interface Endpoint {
    /** A peer opened a duplex path (stdio, TCP, WebSocket, in memory). */
    ConnectionHandler connected(Connection connection);

    /** A peer sent one HTTP request to the MCP path, its body read whole. */
    void handle(HttpExchange exchange);
}
