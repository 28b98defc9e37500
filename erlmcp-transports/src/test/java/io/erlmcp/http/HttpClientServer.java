package io.erlmcp.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A real HTTP server that answers each method of MCP, or of HTTP, as a test says, and remembers
 * what it heard.
 */
final class HttpClientServer implements AutoCloseable {
    /** How a test answers one request. */
    @FunctionalInterface
    interface Script {
        void answer(HttpExchange exchange, JsonObject request) throws IOException;
    }

    record Heard(String method, JsonObject body, Map<String, List<String>> headers) {
        String header(String name) {
            List<String> values = headers.getOrDefault(name, List.of());
            return values.isEmpty() ? "" : values.getFirst();
        }
    }

    final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    HttpClientServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    static HttpClientServer legacy() throws IOException {
        return new HttpClientServer()
                .on("server/discover", (exchange, request) -> status(exchange, 400))
                .on(
                        "initialize",
                        (exchange, request) -> {
                            exchange.getResponseHeaders().add("Mcp-Session-Id", "s1");
                            json(
                                    exchange,
                                    result(
                                            request,
                                            """
                                            {"protocolVersion":"2025-11-25","capabilities":{"tools":{}},\
                                            "serverInfo":{"name":"s","version":"1"}}\
                                            """));
                        })
                .on("DELETE", (exchange, request) -> status(exchange, 200));
    }

    static HttpClientServer modern() throws IOException {
        return new HttpClientServer()
                .on(
                        "server/discover",
                        (exchange, request) ->
                                json(
                                        exchange,
                                        result(
                                                request,
                                                """
                                                {"resultType":"complete","supportedVersions":["2026-07-28"],\
                                                "capabilities":{"tools":{}},\
                                                "ttlMs":0,"cacheScope":"private"}\
                                                """)));
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp";
    }

    HttpClientServer on(String method, Script script) {
        scripts.put(method, script);
        return this;
    }

    List<Heard> heard(String method) {
        return heard.stream().filter(one -> one.method().equals(method)).toList();
    }

    static String result(JsonObject request, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + request.get("id") + ",\"result\":" + result + "}";
    }

    static void json(HttpExchange exchange, String text) throws IOException {
        json(exchange, 200, text);
    }

    static void json(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Answers without a body; closing the exchange as well would close the connection. */
    static void status(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    /** Opens an event stream. */
    static OutputStream events(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        JsonValue posted = body.length == 0 ? JsonObject.EMPTY : Json.parse(body);
        JsonObject message =
                posted instanceof JsonArray batch
                        ? JsonObject.of("method", "batch", "elements", batch)
                        : (JsonObject) posted;
        String method =
                body.length == 0
                        ? exchange.getRequestMethod()
                        : message.string("method").orElse("response");
        heard.add(new Heard(method, message, Map.copyOf(exchange.getRequestHeaders())));
        try {
            Script script = scripts.get(method);
            if (script != null) {
                script.answer(exchange, message);
            } else if (exchange.getRequestMethod().equals("POST")
                    && !message.has("id")
                    && !message.has("elements")) {
                status(exchange, 202);
            } else {
                status(exchange, 405);
            }
        } catch (UncheckedIOException e) {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
