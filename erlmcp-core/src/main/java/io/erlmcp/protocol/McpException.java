package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A protocol refusal: it becomes a JSON-RPC error with this code, message and data. Servers throw
 * it to refuse a request; clients get it when the peer refused one.
 */
public class McpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final transient @Nullable JsonValue data;

    public McpException(int code, String message) {
        this(code, message, null);
    }

    public McpException(int code, String message, @Nullable JsonValue data) {
        super(message);
        this.code = code;
        this.data = data;
    }

    /**
     * A refusal that says where it was made, or does not: who refuses often must do so cheaply.
     *
     * @param hasStack whether the stack is kept
     */
    protected McpException(int code, String message, @Nullable JsonValue data, boolean hasStack) {
        super(message, null, hasStack, hasStack);
        this.code = code;
        this.data = data;
    }

    /** One of {@link ErrorCode}, or the application's own. */
    public int code() {
        return code;
    }

    public @Nullable JsonValue data() {
        return data;
    }

    public static McpException invalidParams(String message) {
        return new McpException(ErrorCode.INVALID_PARAMS, message);
    }

    public static McpException methodNotFound(String method) {
        return new McpException(ErrorCode.METHOD_NOT_FOUND, "Method not found: " + method);
    }

    /** Legacy peers are answered -32002, modern ones -32602; the error mapper decides. */
    public static McpException resourceNotFound(String uri) {
        return new McpException(
                ErrorCode.LEGACY_RESOURCE_NOT_FOUND,
                "Resource not found: " + uri,
                JsonObject.of("uri", uri));
    }
}
