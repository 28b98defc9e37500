package io.erlmcp.http;

import io.erlmcp.observability.Event;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.HttpHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/**
 * A server for one test: {@code /echo} gives the body back, {@code /mcp} does what the test says.
 */
final class TestServer implements AutoCloseable {
    final Queue<Event> events = new ConcurrentLinkedQueue<>();
    final ByteBudget received;
    final ByteBudget unsent;
    final HttpServer server;

    private TestServer(
            HttpServerConfig config, HttpHandler handler, ByteBudget received, ByteBudget unsent) {
        this.received = received;
        this.unsent = unsent;
        server =
                HttpServer.start(
                        config,
                        List.of(
                                new HttpRoute("/echo", TestServer::echo),
                                new HttpRoute("/mcp", handler)),
                        events::add,
                        received,
                        unsent);
    }

    static TestServer start() {
        return start(config -> config);
    }

    static TestServer start(UnaryOperator<HttpServerConfig> change) {
        return start(change, TestServer::echo);
    }

    static TestServer start(UnaryOperator<HttpServerConfig> change, HttpHandler handler) {
        return start(change, handler, 64 << 20);
    }

    static TestServer start(
            UnaryOperator<HttpServerConfig> change, HttpHandler handler, long budgetBytes) {
        HttpServerConfig config = change.apply(HttpServerConfig.defaults().withPort(0));
        return new TestServer(
                config, handler, new ByteBudget(budgetBytes), new ByteBudget(budgetBytes));
    }

    static UnaryOperator<HttpServerConfig> limits(UnaryOperator<HttpServerConfig.Limits> change) {
        return config -> config.withLimits(change.apply(config.limits()));
    }

    static UnaryOperator<HttpServerConfig> timeouts(
            UnaryOperator<HttpServerConfig.Timeouts> change) {
        return config -> config.withTimeouts(change.apply(config.timeouts()));
    }

    static void echo(HttpExchange exchange) {
        exchange.respond(200, List.of("Content-Type", "application/json"), exchange.body());
    }

    int port() {
        return server.port();
    }

    RawClient connect() throws IOException {
        return new RawClient(port());
    }

    /** Sends one request on its own connection. */
    RawClient.Answer ask(String request) throws IOException {
        try (RawClient client = connect()) {
            client.send(request);
            return client.answer(request.substring(0, Math.max(0, request.indexOf(' '))));
        }
    }

    <E extends HttpEvent> List<E> heard(Class<E> type) {
        List<E> found = new ArrayList<>();
        for (Event event : events) {
            if (type.isInstance(event)) {
                found.add(type.cast(event));
            }
        }
        return found;
    }

    static String post(String path, String body) {
        return post(path, body, "");
    }

    static String post(String path, String body, String moreHeaders) {
        return "POST "
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + body.length()
                + "\r\n"
                + moreHeaders
                + "\r\n"
                + body;
    }

    @Override
    public void close() {
        server.close(Duration.ZERO);
    }
}
