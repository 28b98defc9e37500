package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a tool. {@code inputSchema} has {@code "type": "object"} at its root; {@code outputSchema} may be
 * any schema (legacy peers see one that is not an object wrapped as {@code {"result": ...}}).
 */
public record Tool(
        String name,
        @Nullable String title,
        @Nullable String description,
        JsonObject inputSchema,
        @Nullable JsonObject outputSchema,
        ToolAnnotations annotations,
        List<Icon> icons,
        JsonObject meta) {
    public Tool {
        Names.check("tool", name);
        if (!inputSchema.string("type").equals(Optional.of("object"))) {
            throw new IllegalArgumentException("tool " + name + ": inputSchema must have \"type\": \"object\"");
        }
        icons = List.copyOf(icons);
    }
}
