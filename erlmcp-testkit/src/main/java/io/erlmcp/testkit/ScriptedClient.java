package io.erlmcp.testkit;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.Revision;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends exactly what a test says, over any {@link ClientTransport}, and takes what
 * arrives in order: a message other than the expected one fails with what was seen.
 *
 * <pre>{@code
 * try (ScriptedClient client = ScriptedClient.over(InMemoryTransport.to(server.endpoint()))) {
 *     client.handshake(Revision.R2024_11_05, JsonObject.EMPTY);
 *     client.request("tools/list", JsonObject.EMPTY);
 *     JsonObject result = client.expectResult();
 * }
 * }</pre>
 *
 * <p>Process model: starts no thread; messages queue until the test takes them.
 */
public final class ScriptedClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ClientTransport transport;
    private final Duration patience;
    private final LinkedBlockingQueue<JsonObject> arrived = new LinkedBlockingQueue<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private long lastId;

    private ScriptedClient(ClientTransport transport, Duration patience) {
        this.transport = transport;
        this.patience = patience;
    }

    /** Opens the transport; waits at most 5 s for each expected message. */
    public static ScriptedClient over(ClientTransport transport) {
        return over(transport, PATIENCE);
    }

    public static ScriptedClient over(ClientTransport transport, Duration patience) {
        ScriptedClient client = new ScriptedClient(transport, patience);
        transport.open(client.new Receiver());
        return client;
    }

    /**
     * Sends a request under the next id, from 1 on.
     *
     * @param headers names and values in turn, for transports whose messages have headers
     */
    public RequestId request(String method, Object params, String... headers) {
        lastId++;
        JsonObject message =
                JsonObject.of("jsonrpc", "2.0", "id", lastId, "method", method)
                        .with("params", params);
        return send(message, headers);
    }

    public void notify(String method, Object params, String... headers) {
        send(JsonObject.of("jsonrpc", "2.0", "method", method, "params", params), headers);
    }

    /** Answers a request of the server. */
    public void reply(JsonObject request, Object result, String... headers) {
        send(JsonObject.of("jsonrpc", "2.0", "id", request.get("id"), "result", result), headers);
    }

    /** Sends any message. Returns its id, or 0 where it has none. */
    public RequestId send(JsonObject message, String... headers) {
        RequestId id =
                switch (message.get("id")) {
                    case JsonNumber number -> RequestId.of((long) number.doubleValue());
                    case JsonString text -> RequestId.of(text.value());
                    case null, default -> RequestId.of(0);
                };
        boolean isRequest = message.has("id") && message.has("method");
        transport.send(
                new OutgoingMessage(
                        isRequest ? id : null,
                        message.string("method").orElse("response"),
                        message.toJson().getBytes(StandardCharsets.UTF_8),
                        List.of(headers)));
        return id;
    }

    /** Agrees on a revision of the legacy era; returns the result of {@code initialize}. */
    public JsonObject handshake(Revision revision, JsonObject capabilities) {
        request(
                "initialize",
                JsonObject.of(
                        "protocolVersion",
                        revision.text(),
                        "capabilities",
                        capabilities,
                        "clientInfo",
                        JsonObject.of("name", "scripted", "version", "1")));
        JsonObject result = expectResult();
        transport.negotiated(result.requireString("protocolVersion"));
        notify("notifications/initialized", JsonObject.EMPTY);
        transport.listen();
        return result;
    }

    /** The next message, which must be a request or notification of this method. */
    public JsonObject expect(String method) {
        JsonObject message = next(method);
        if (!message.string("method").orElse("").equals(method)) {
            throw unexpected(method);
        }
        return message;
    }

    /** The next message, which must be a result; returns the result. */
    public JsonObject expectResult() {
        JsonObject message = next("a result");
        return message.object("result").orElseThrow(() -> unexpected("a result"));
    }

    /** The next message, which must be an error with this code; returns the error. */
    public JsonObject expectError(int code) {
        String wanted = "an error " + code;
        JsonObject error = next(wanted).object("error").orElseThrow(() -> unexpected(wanted));
        if (error.requireInteger("code") != code) {
            throw unexpected(wanted);
        }
        return error;
    }

    /** What arrived so far, as text. */
    public List<String> seen() {
        return List.copyOf(seen);
    }

    private JsonObject next(String wanted) {
        try {
            JsonObject message = arrived.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (message == null) {
                throw unexpected(wanted + " within " + patience.toMillis() + " ms");
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while expecting " + wanted, e);
        }
    }

    private AssertionError unexpected(String wanted) {
        List<String> lines = new ArrayList<>(seen);
        return new AssertionError(
                "expected " + wanted + "\nseen:\n  " + String.join("\n  ", lines));
    }

    @Override
    public void close() {
        transport.close();
    }

    /** Queues what arrives; failures are seen, and answer as errors of code 0. */
    private final class Receiver implements ClientReceiver {
        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            JsonValue value = Json.parse(message);
            seen.add(value.toJson());
            JsonObject object = value instanceof JsonObject it ? it : JsonObject.of("batch", value);
            arrived.add(object);
            return of != null && !object.has("method");
        }

        @Override
        public void failed(RequestId id, TransportException failure) {
            lost("request " + id + " failed", failure);
        }

        @Override
        public void closed(TransportException failure) {
            lost("closed", failure);
        }

        @Override
        public void sessionLost(TransportException failure) {
            lost("session lost", failure);
        }

        private void lost(String what, TransportException failure) {
            String line = what + ": " + failure.kind() + ": " + failure.getMessage();
            seen.add(line);
            arrived.add(
                    JsonObject.of(
                            "error", JsonObject.of("code", failure.status(), "message", line)));
        }

        @Override
        public void observed(Event event) {}
    }
}
