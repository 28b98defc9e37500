package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The contents of one resource: text, or bytes as base64. */
public sealed interface ResourceContents {
    String uri();

    @Nullable String mimeType();

    JsonObject meta();

    /** Contents that are text. */
    record Text(String uri, @Nullable String mimeType, String text, JsonObject meta)
            implements ResourceContents {}

    /** Contents that are bytes; {@code blob} is base64. */
    record Blob(String uri, @Nullable String mimeType, String blob, JsonObject meta)
            implements ResourceContents {}

    static ResourceContents text(String uri, @Nullable String mimeType, String text) {
        return new Text(uri, mimeType, text, JsonObject.EMPTY);
    }

    static ResourceContents blob(String uri, @Nullable String mimeType, byte[] bytes) {
        return new Blob(uri, mimeType, Base64.getEncoder().encodeToString(bytes), JsonObject.EMPTY);
    }
}
