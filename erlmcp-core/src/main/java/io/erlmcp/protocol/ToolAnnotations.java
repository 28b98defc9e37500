package io.erlmcp.protocol;

import org.jspecify.annotations.Nullable;

/** Hints about a tool's behaviour; unset hints have the defaults of the specification. */
public record ToolAnnotations(
        @Nullable String title,
        @Nullable Boolean readOnlyHint,
        @Nullable Boolean destructiveHint,
        @Nullable Boolean idempotentHint,
        @Nullable Boolean openWorldHint) {
    public static final ToolAnnotations NONE = new ToolAnnotations(null, null, null, null, null);

    /**
     * True when calling the tool twice does what calling it once does: read-only or declared
     * idempotent.
     */
    public boolean isIdempotent() {
        return Boolean.TRUE.equals(readOnlyHint) || Boolean.TRUE.equals(idempotentHint);
    }
}
