package io.erlmcp.rpc;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonKind;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonString;
import org.jspecify.annotations.Nullable;

/** Tells the kinds of message apart. */
public final class RpcReader {
    private RpcReader() {}

    /** The message in {@code envelope}, whose root is not an array. */
    public static RpcMessage read(Envelope envelope) {
        RequestId id = id(envelope);
        if (envelope.rootKind() != JsonKind.OBJECT) {
            return new RpcMessage.Invalid(null, "a JSON-RPC message is an object");
        }
        if (!envelope.isJsonRpc2()) {
            return new RpcMessage.Invalid(id, "jsonrpc must be \"2.0\"");
        }
        if (envelope.methodKind() != JsonKind.ABSENT) {
            return call(envelope, id);
        }
        if (envelope.resultKind() != JsonKind.ABSENT || envelope.errorKind() != JsonKind.ABSENT) {
            return response(envelope, id);
        }
        return new RpcMessage.Invalid(id, "a JSON-RPC message has a method, a result or an error");
    }

    private static RpcMessage call(Envelope envelope, @Nullable RequestId id) {
        String method = envelope.method();
        if (method == null || method.isEmpty()) {
            return new RpcMessage.Invalid(id, "method must be a string that is not empty");
        }
        JsonKind params = envelope.paramsKind();
        if (params != JsonKind.ABSENT && params != JsonKind.OBJECT) {
            return new RpcMessage.Invalid(id, "params must be an object");
        }
        if (!envelope.hasId()) {
            return new RpcMessage.Notification(method, envelope);
        }
        if (id == null) {
            return new RpcMessage.Invalid(
                    null, "id must be a string or an integer of at most 64 bits");
        }
        return new RpcMessage.Request(id, method, envelope);
    }

    private static RpcMessage response(Envelope envelope, @Nullable RequestId id) {
        JsonSlice result = envelope.result();
        JsonSlice error = envelope.error();
        if (result != null && error != null) {
            return new RpcMessage.Invalid(id, "a response has a result or an error, not both");
        }
        if (result != null) {
            if (id == null) {
                return new RpcMessage.Invalid(
                        null, "a result needs an id that is a string or an integer");
            }
            return new RpcMessage.Result(id, result);
        }
        RpcError read = error == null ? null : error(error);
        if (read == null) {
            return new RpcMessage.Invalid(
                    id, "error must be an object with an integer code and a message");
        }
        return new RpcMessage.Failure(id, read);
    }

    private static @Nullable RpcError error(JsonSlice slice) {
        try {
            if (slice.value() instanceof JsonObject error
                    && error.get("code") instanceof JsonNumber code
                    && error.get("message") instanceof JsonString message) {
                int exact = Math.toIntExact(code.longValue());
                return new RpcError(exact, message.value(), error.get("data"));
            }
            return null;
        } catch (JsonException | ArithmeticException notAnError) {
            return null;
        }
    }

    private static @Nullable RequestId id(Envelope envelope) {
        return switch (envelope.idKind()) {
            case INTEGER -> RequestId.of(envelope.idLong());
            case STRING -> {
                String text = envelope.idString();
                yield text == null ? null : RequestId.of(text);
            }
            case ABSENT, NULL, OTHER -> null;
        };
    }
}
