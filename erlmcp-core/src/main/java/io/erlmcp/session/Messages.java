package io.erlmcp.session;

import io.erlmcp.dispatch.ErrorMapper;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.rpc.RpcWriter;

import org.jspecify.annotations.Nullable;

/** Small readings and writings that both kinds of transport share. */
final class Messages {
    private Messages() {}

    static JsonWriter error(@Nullable RequestId id, RpcError error) {
        JsonWriter out = new JsonWriter();
        RpcWriter.error(id, error, out);
        return out;
    }

    static RpcError error(Throwable problem, Era era) {
        return ErrorMapper.map(problem, era);
    }

    static McpException invalid(String message) {
        return new McpException(ErrorCode.INVALID_REQUEST, message);
    }

    /**
     * The {@code requestId} of a {@code notifications/cancelled}, or null where there is none that
     * could be ours: nobody can be told what is wrong with a notification.
     */
    static @Nullable RequestId cancelledId(RpcMessage.Notification notification) {
        JsonSlice params = notification.envelope().params();
        try {
            if (params == null || !(params.value() instanceof JsonObject object)) {
                return null;
            }
            JsonValue id = object.get("requestId");
            return switch (id) {
                case JsonString text -> RequestId.of(text.value());
                case JsonNumber number -> RequestId.of(number.longValue());
                case null, default -> null;
            };
        } catch (JsonException | ArithmeticException unreadable) {
            return null;
        }
    }
}
