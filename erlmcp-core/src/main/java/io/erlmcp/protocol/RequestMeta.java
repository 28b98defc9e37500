package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The {@code _meta} of a request. In the modern era the version, the client's capabilities and info
 * come here with every request; in the legacy era they are null and the session knows them.
 */
public record RequestMeta(
        @Nullable String protocolVersion,
        @Nullable ClientCapabilities clientCapabilities,
        @Nullable Implementation clientInfo,
        @Nullable LogLevel logLevel,
        @Nullable ProgressToken progressToken,
        JsonObject raw) {
    public static final RequestMeta NONE =
            new RequestMeta(null, null, null, null, null, JsonObject.EMPTY);

    /** W3C trace context, passed through to tools. */
    public @Nullable String traceparent() {
        return raw.string("traceparent").orElse(null);
    }
}
