package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** An image: {@code data} is base64. */
public record ImageContent(
        String data, String mimeType, @Nullable Annotations annotations, JsonObject meta)
        implements ContentBlock, SamplingContent {
    public ImageContent(String data, String mimeType) {
        this(data, mimeType, null, JsonObject.EMPTY);
    }
}
