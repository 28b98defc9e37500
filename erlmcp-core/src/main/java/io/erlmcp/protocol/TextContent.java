package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Plain text. */
public record TextContent(String text, @Nullable Annotations annotations, JsonObject meta)
        implements ContentBlock, SamplingContent {
    public TextContent(String text) {
        this(text, null, JsonObject.EMPTY);
    }
}
