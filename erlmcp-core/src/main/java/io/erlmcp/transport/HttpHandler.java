package io.erlmcp.transport;

/** Answers HTTP requests of one path; called on event loops, never blocks. */
@FunctionalInterface
public interface HttpHandler {
    void handle(HttpExchange exchange);
}
