package io.erlmcp.client;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * A server at the other end of an in-memory path: answers each method as a test says, and remembers
 * what it heard.
 */
final class ScriptedServer implements Endpoint {
    static final String SERVER_INFO =
            "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"
                    + "{\"name\":\"scripted\",\"version\":\"1\"}}";

    private final Map<String, BiConsumer<JsonObject, ScriptedServer>> scripts =
            new ConcurrentHashMap<>();
    final List<JsonObject> heard = new CopyOnWriteArrayList<>();

    /** The sizes of the batches that came. */
    final List<Integer> batches = new CopyOnWriteArrayList<>();

    final List<Connection> connections = new CopyOnWriteArrayList<>();

    /** A server of the legacy era with every capability. */
    static ScriptedServer legacy() {
        return legacy("2025-11-25");
    }

    static ScriptedServer legacy(String version) {
        return new ScriptedServer()
                .refuse("server/discover", -32601, "Method not found")
                .answer(
                        "initialize",
                        """
                        {"protocolVersion":"%s","capabilities":{
                        "tools":{"listChanged":true},"prompts":{"listChanged":true},
                        "resources":{"listChanged":true,"subscribe":true},"logging":{},"completions":{}},
                        "serverInfo":{"name":"scripted","version":"1"},"instructions":"be kind"}\
                        """
                                .formatted(version))
                .answer("ping", "{}");
    }

    /** A server of the modern era with every capability. */
    static ScriptedServer modern() {
        return new ScriptedServer()
                .refuse("initialize", -32601, "Method not found")
                .answer(
                        "server/discover",
                        """
                        {"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{
                        "tools":{"listChanged":true},
                        "prompts":{},"resources":{"subscribe":true}},"instructions":"be kind",
                        "ttlMs":0,"cacheScope":"private",
                        %s}\
                        """
                                .formatted(SERVER_INFO));
    }

    ScriptedServer on(String method, BiConsumer<JsonObject, ScriptedServer> script) {
        scripts.put(method, script);
        return this;
    }

    ScriptedServer answer(String method, String result) {
        return on(method, (request, server) -> server.reply(request, result));
    }

    ScriptedServer refuse(String method, int code, String message) {
        return on(method, (request, server) -> server.refuse(request, code, message, "null"));
    }

    ScriptedServer silent(String method) {
        return on(method, (request, server) -> {});
    }

    void reply(JsonObject request, String result) {
        send(
                "{\"jsonrpc\":\"2.0\",\"id\":"
                        + id(request)
                        + ",\"result\":"
                        + result.replace("\n", " ")
                        + "}");
    }

    void refuse(JsonObject request, int code, String message, String data) {
        send(
                "{\"jsonrpc\":\"2.0\",\"id\":"
                        + id(request)
                        + ",\"error\":{\"code\":"
                        + code
                        + ",\"message\":\""
                        + message
                        + "\",\"data\":"
                        + data
                        + "}}");
    }

    /** Sends to the newest connection. */
    void send(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        connections.getLast().send(bytes, 0, bytes.length);
    }

    static String id(JsonObject request) {
        JsonValue id = request.get("id");
        return id == null ? "null" : id.toJson();
    }

    List<JsonObject> heard(String method) {
        return heard.stream()
                .filter(message -> message.string("method").orElse("").equals(method))
                .toList();
    }

    /** Answers of the client to requests of the server. */
    List<JsonObject> answers() {
        return heard.stream().filter(message -> !message.has("method")).toList();
    }

    @Override
    public ConnectionHandler connected(Connection connection) {
        connections.add(connection);
        return new ConnectionHandler() {
            @Override
            public void message(byte[] message) {
                if (Json.parse(message) instanceof JsonArray batch) {
                    batches.add(batch.size());
                    batch.forEach(element -> one((JsonObject) element));
                } else {
                    one(Json.parseObject(message));
                }
            }

            private void one(JsonObject request) {
                heard.add(request);
                BiConsumer<JsonObject, ScriptedServer> script =
                        scripts.get(request.string("method").orElse(""));
                if (script != null) {
                    script.accept(request, ScriptedServer.this);
                } else if (request.has("id") && request.has("method")) {
                    refuse(request, -32601, "Method not found", "null");
                }
            }

            @Override
            public void malformed(String reason) {}

            @Override
            public void closed() {}
        };
    }

    @Override
    public void handle(HttpExchange exchange) {
        exchange.respond(404);
    }
}
