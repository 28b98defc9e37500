package io.erlmcp.protocol;

import io.erlmcp.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** With what a task failed: code, message and data of a JSON-RPC error. */
public record TaskError(int code, String message, @Nullable JsonValue data) {
    /** The error as what the request itself would have thrown. */
    public McpException toException() {
        return new McpException(code, message, data);
    }
}
