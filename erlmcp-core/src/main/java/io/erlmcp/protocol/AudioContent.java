package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A sound: {@code data} is base64. */
public record AudioContent(
        String data, String mimeType, @Nullable Annotations annotations, JsonObject meta)
        implements ContentBlock, SamplingContent {
    public AudioContent(String data, String mimeType) {
        this(data, mimeType, null, JsonObject.EMPTY);
    }
}
