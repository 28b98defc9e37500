package io.erlmcp.testkit;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNull;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.Revision;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A server that follows a script: which messages it expects, in order, and what it says to each. An
 * unexpected message is answered with an error, and {@link #close} fails with what was seen. Serves
 * an in-memory connection, or the route of an HTTP server ({@code scripted::handle}).
 *
 * <pre>{@code
 * try (ScriptedServer server = new ScriptedServer().handshake(Revision.R2025_11_25)
 *         .expect("tools/call").reply(Json.parse("{\"content\":[]}"))) {
 *     McpClient client = McpClient.builder(InMemoryTransport.to(server)).connect();
 *     ...
 * }
 * }</pre>
 *
 * <p>Process model: starts no thread; answers on the thread that brings the message. One lock
 * guards the script and what was seen; nothing is sent while it is held.
 */
public final class ScriptedServer implements Endpoint, AutoCloseable {
    private static final JsonObject CAPABILITIES =
            Json.parseObject(
                    "{\"tools\":{\"listChanged\":true},\"prompts\":{},\"resources\":{\"subscribe\":true},"
                        + "\"logging\":{},\"completions\":{}}");

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Expectation> script = new ArrayDeque<>();
    private final List<JsonObject> seen = new ArrayList<>();
    private @Nullable String surprise;

    /** What is said to an expected message. */
    private sealed interface Line {
        record Reply(JsonValue result) implements Line {}

        record Refusal(int code, String message) implements Line {}

        record Saying(JsonObject message) implements Line {}

        record HangUp() implements Line {}
    }

    private record Expectation(String what, List<Line> lines) {}

    /** Expects a request or notification of this method next. */
    public ScriptedServer expect(String method) {
        return add(new Expectation(method, new ArrayList<>()));
    }

    /** Expects the answer to a request that the server sent. */
    public ScriptedServer expectAnswer() {
        return expect("an answer");
    }

    /** Answers the request expected last; {@code result} is a record, a map, or JSON. */
    public ScriptedServer reply(Object result) {
        return line(new Line.Reply(JsonValue.of(result)));
    }

    /** Refuses the request expected last. */
    public ScriptedServer refuse(int code, String message) {
        return line(new Line.Refusal(code, message));
    }

    /** Sends a notification or request when the message expected last has come. */
    public ScriptedServer say(JsonObject message) {
        return line(new Line.Saying(message));
    }

    /** Closes the connection when the message expected last has come. */
    public ScriptedServer hangUp() {
        return line(new Line.HangUp());
    }

    /** Expects the handshake of the legacy era and completes it with every capability. */
    public ScriptedServer handshake(Revision revision) {
        JsonObject result =
                JsonObject.of(
                        "protocolVersion",
                        revision.text(),
                        "capabilities",
                        CAPABILITIES,
                        "serverInfo",
                        JsonObject.of("name", "scripted", "version", "1"));
        return expect("initialize").reply(result).expect("notifications/initialized");
    }

    /** Expects {@code server/discover} and answers it as a server of the modern era. */
    public ScriptedServer discovery() {
        JsonObject result =
                JsonObject.builder()
                        .put("resultType", "complete")
                        .put("supportedVersions", List.of(Revision.LATEST.text()))
                        .put("capabilities", CAPABILITIES)
                        .put("ttlMs", 0)
                        .put("cacheScope", "private")
                        .build();
        return expect("server/discover").reply(result);
    }

    /** Every message that came, in order. */
    public List<JsonObject> seen() {
        lock.lock();
        try {
            return List.copyOf(seen);
        } finally {
            lock.unlock();
        }
    }

    /** Fails when a message came that was not expected, or an expected one did not come. */
    public void verify() {
        lock.lock();
        try {
            if (surprise != null) {
                throw new AssertionError(surprise + "\nseen:" + lines(seen));
            }
            if (!script.isEmpty()) {
                List<String> missing = script.stream().map(Expectation::what).toList();
                throw new AssertionError("still expected: " + missing + "\nseen:" + lines(seen));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        verify();
    }

    @Override
    public ConnectionHandler connected(Connection connection) {
        return new ConnectionHandler() {
            @Override
            public void message(byte[] message) {
                for (Line line : heard(message)) {
                    say(line, lastOf(message), connection);
                }
            }

            @Override
            public void malformed(String reason) {
                surprise("malformed: " + reason);
            }

            @Override
            public void closed() {}
        };
    }

    @Override
    public void handle(HttpExchange exchange) {
        if (!exchange.method().equals("POST")) {
            exchange.respond(exchange.method().equals("DELETE") ? 200 : 405);
            return;
        }
        byte[] body = exchange.body();
        List<Line> lines = heard(body);
        JsonObject message = lastOf(body);
        if (!message.has("id") || !message.has("method")) {
            exchange.respond(202);
        } else if (lines.size() == 1 && !(lines.getFirst() instanceof Line.Saying)) {
            byte[] answer = bytes(lines.getFirst(), message);
            exchange.respond(
                    answer.length == 0 ? 503 : 200,
                    List.of("Content-Type", "application/json"),
                    answer);
        } else {
            EventStream stream = exchange.openStream(List.of());
            for (Line line : lines) {
                byte[] event = bytes(line, message);
                stream.send(null, event, 0, event.length);
            }
            stream.close();
        }
    }

    private static void say(Line line, JsonObject to, Connection connection) {
        byte[] bytes = bytes(line, to);
        if (bytes.length == 0) {
            connection.close("the script hangs up");
        } else {
            connection.send(bytes, 0, bytes.length);
        }
    }

    private static byte[] bytes(Line line, JsonObject to) {
        JsonObject envelope = JsonObject.of("jsonrpc", "2.0", "id", to.get("id"));
        return switch (line) {
            case Line.Reply reply -> utf8(envelope.with("result", reply.result()));
            case Line.Refusal(int code, String message) ->
                    utf8(envelope.with("error", JsonObject.of("code", code, "message", message)));
            case Line.Saying saying -> utf8(saying.message());
            case Line.HangUp hangUp -> new byte[0];
        };
    }

    private static byte[] utf8(JsonObject message) {
        return message.toJson().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonObject lastOf(byte[] message) {
        try {
            return Json.parseObject(message);
        } catch (JsonException e) {
            return JsonObject.of("id", JsonNull.NULL, "method", "not JSON: " + e.getMessage());
        }
    }

    /** What to say to a message: the script's lines if it is the next one, else an error. */
    private List<Line> heard(byte[] bytes) {
        JsonObject message = lastOf(bytes);
        String what = message.string("method").orElse("an answer");
        lock.lock();
        try {
            seen.add(message);
            Expectation next = script.peek();
            if (next != null && next.what().equals(what) && surprise == null) {
                return script.remove().lines();
            }
            String expected = next == null ? "the end" : next.what();
            String fault = what + " came, expected " + expected;
            surprise(fault);
            return message.has("id") && message.has("method")
                    ? List.of(new Line.Refusal(ErrorCode.INVALID_REQUEST, fault))
                    : List.of();
        } finally {
            lock.unlock();
        }
    }

    private void surprise(String what) {
        lock.lock();
        try {
            surprise = surprise == null ? what : surprise;
        } finally {
            lock.unlock();
        }
    }

    private ScriptedServer add(Expectation expectation) {
        lock.lock();
        try {
            script.add(expectation);
            return this;
        } finally {
            lock.unlock();
        }
    }

    private ScriptedServer line(Line line) {
        lock.lock();
        try {
            if (script.isEmpty()) {
                throw new IllegalStateException("expect a message before saying what follows it");
            }
            script.getLast().lines().add(line);
            return this;
        } finally {
            lock.unlock();
        }
    }

    private static String lines(List<JsonObject> messages) {
        StringBuilder text = new StringBuilder();
        messages.forEach(message -> text.append("\n  ").append(message.toJson()));
        return text.toString();
    }
}
