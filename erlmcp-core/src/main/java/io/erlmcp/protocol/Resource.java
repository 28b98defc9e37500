package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The definition of a resource; {@code size} is in bytes. */
public record Resource(
        String uri,
        String name,
        @Nullable String title,
        @Nullable String description,
        @Nullable String mimeType,
        @Nullable Annotations annotations,
        @Nullable Long size,
        List<Icon> icons,
        JsonObject meta) {
    public Resource {
        icons = List.copyOf(icons);
    }

    public static Resource of(String uri, String name, @Nullable String mimeType) {
        return new Resource(
                uri, name, null, null, mimeType, null, null, List.of(), JsonObject.EMPTY);
    }
}
