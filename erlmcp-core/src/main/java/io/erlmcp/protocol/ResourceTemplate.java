package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The definition of a family of resources; {@code uriTemplate} is RFC 6570. */
public record ResourceTemplate(
        String uriTemplate,
        String name,
        @Nullable String title,
        @Nullable String description,
        @Nullable String mimeType,
        @Nullable Annotations annotations,
        List<Icon> icons,
        JsonObject meta) {
    public ResourceTemplate {
        icons = List.copyOf(icons);
    }

    public static ResourceTemplate of(String uriTemplate, String name, @Nullable String mimeType) {
        return new ResourceTemplate(
                uriTemplate, name, null, null, mimeType, null, List.of(), JsonObject.EMPTY);
    }
}
