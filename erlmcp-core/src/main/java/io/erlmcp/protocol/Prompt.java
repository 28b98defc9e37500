package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The definition of a prompt. */
public record Prompt(
        String name,
        @Nullable String title,
        @Nullable String description,
        List<PromptArgument> arguments,
        List<Icon> icons,
        JsonObject meta) {
    public Prompt {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("prompt name must not be empty");
        }
        arguments = List.copyOf(arguments);
        icons = List.copyOf(icons);
    }
}
