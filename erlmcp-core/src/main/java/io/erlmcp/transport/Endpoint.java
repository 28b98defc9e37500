package io.erlmcp.transport;

/**
 * What a server transport calls: one endpoint serves any number of transports.
 *
 * <p>Both methods are called on reader threads or event loops and never block.
 */
public interface Endpoint {
    /** A peer opened a duplex path (stdio, TCP, WebSocket, in memory). */
    ConnectionHandler connected(Connection connection);

    /**
     * Whether a peer would be let in; asked where a refusal has a form of its own. {@link
     * #connected} asks for itself again.
     */
    default boolean admits(PeerEvidence evidence) {
        return true;
    }

    /** A peer sent one HTTP request to the MCP path, its body read whole. */
    void handle(HttpExchange exchange);

    /** A peer sent one HTTP request to the path of HTTP+SSE (2024-11-05), its body read whole. */
    default void handleSse(HttpExchange exchange) {
        exchange.respond(404);
    }
}
