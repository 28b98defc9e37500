package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The definition of a tool. {@code inputSchema} has {@code "type": "object"} at its root; {@code
 * outputSchema} may be any schema (legacy peers see one that is not an object wrapped as {@code
 * {"result": ...}}).
 */
public record Tool(
        String name,
        @Nullable String title,
        @Nullable String description,
        JsonObject inputSchema,
        @Nullable JsonObject outputSchema,
        ToolAnnotations annotations,
        List<Icon> icons,
        JsonObject meta,
        TaskSupport taskSupport) {
    /** A tool whose calls are no tasks. */
    public Tool(
            String name,
            @Nullable String title,
            @Nullable String description,
            JsonObject inputSchema,
            @Nullable JsonObject outputSchema,
            ToolAnnotations annotations,
            List<Icon> icons,
            JsonObject meta) {
        this(
                name,
                title,
                description,
                inputSchema,
                outputSchema,
                annotations,
                icons,
                meta,
                TaskSupport.FORBIDDEN);
    }

    public Tool {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("tool name must not be empty");
        }
        if (!inputSchema.string("type").equals(Optional.of("object"))) {
            throw new IllegalArgumentException(
                    "tool " + name + ": inputSchema must have \"type\": \"object\"");
        }
        icons = List.copyOf(icons);
    }

    /**
     * Refuses a name that a server should not offer. A client takes the names that its servers
     * have.
     *
     * @throws IllegalArgumentException unless the name has 1 to 128 of {@code A-Z a-z 0-9 _ . - /}
     */
    public void checkName() {
        Names.check("tool", name);
    }
}
