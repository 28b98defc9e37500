package io.erlmcp.client;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One message of a server as its kind; anything unclear is {@link Unclear}, never an exception. */
sealed interface Incoming {
    record Answer(RequestId id, JsonObject result) implements Incoming {}

    /** The id is absent where the server could not read ours. */
    record Refusal(@Nullable RequestId id, RpcError error) implements Incoming {}

    record Request(RequestId id, String method, JsonObject params) implements Incoming {}

    record Notification(String method, JsonObject params) implements Incoming {}

    record Unclear(String reason) implements Incoming {}

    /** Reads one JSON value: a message, or a batch of them (2025-03-26). */
    static List<Incoming> read(byte[] text) {
        JsonValue value;
        try {
            value = Json.parse(text);
        } catch (JsonException e) {
            return List.of(new Unclear(String.valueOf(e.getMessage())));
        }
        return switch (value) {
            case JsonObject message -> List.of(of(message));
            case JsonArray batch -> {
                List<Incoming> all = new ArrayList<>();
                for (JsonValue element : batch) {
                    all.add(
                            element instanceof JsonObject message
                                    ? of(message)
                                    : new Unclear("no object in a batch"));
                }
                yield all;
            }
            default -> List.of(new Unclear("a message must be an object, was " + value.typeName()));
        };
    }

    /** The error in the body of an HTTP refusal, if it is a JSON-RPC error. */
    static Optional<RpcError> error(byte[] body) {
        List<Incoming> read = read(body);
        return read.size() == 1 && read.getFirst() instanceof Refusal refusal
                ? Optional.of(refusal.error())
                : Optional.empty();
    }

    private static Incoming of(JsonObject message) {
        try {
            RequestId id = id(message.get("id"));
            String method = message.string("method").orElse(null);
            if (method != null) {
                JsonObject params = message.object("params").orElse(JsonObject.EMPTY);
                return id == null
                        ? new Notification(method, params)
                        : new Request(id, method, params);
            }
            Optional<JsonObject> error = message.object("error");
            if (error.isPresent()) {
                return new Refusal(id, error(error.get()));
            }
            if (id == null || !message.has("result")) {
                return new Unclear("neither a request nor an answer");
            }
            return new Answer(id, message.requireObject("result"));
        } catch (JsonException e) {
            return new Unclear(String.valueOf(e.getMessage()));
        }
    }

    private static RpcError error(JsonObject error) {
        long code = error.requireInteger("code");
        if (code != (int) code) {
            throw new JsonException("member 'code': out of range: " + code);
        }
        return new RpcError((int) code, error.string("message").orElse(""), error.get("data"));
    }

    private static @Nullable RequestId id(@Nullable JsonValue value) {
        return switch (value) {
            case JsonString text -> RequestId.of(text.value());
            case JsonNumber number when number.isInteger() -> RequestId.of(number.longValue());
            case null, default -> null;
        };
    }
}
