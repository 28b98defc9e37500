package io.erlmcp.feature;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.PromptArgument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A prompt and the code behind it. Immutable: every change makes another. */
public record PromptSpec(Prompt prompt, PromptHandler handler) implements Feature {
    public static PromptSpec of(Prompt prompt, PromptHandler handler) {
        return new PromptSpec(prompt, handler);
    }

    /** A prompt without description and arguments; add them. */
    public static PromptSpec of(String name, PromptHandler handler) {
        return of(new Prompt(name, null, null, List.of(), List.of(), JsonObject.EMPTY), handler);
    }

    public String name() {
        return prompt.name();
    }

    public PromptSpec title(String title) {
        return with(title, prompt.description(), prompt.arguments(), prompt.icons());
    }

    public PromptSpec description(String description) {
        return with(prompt.title(), description, prompt.arguments(), prompt.icons());
    }

    /** Adds an argument behind those that are there. */
    public PromptSpec argument(String name, String description, boolean required) {
        List<PromptArgument> arguments = new ArrayList<>(prompt.arguments());
        arguments.add(new PromptArgument(name, null, description, required));
        return with(prompt.title(), prompt.description(), arguments, prompt.icons());
    }

    public PromptSpec icons(Icon... icons) {
        return with(prompt.title(), prompt.description(), prompt.arguments(), List.of(icons));
    }

    private PromptSpec with(
            @Nullable String title,
            @Nullable String description,
            List<PromptArgument> arguments,
            List<Icon> icons) {
        return new PromptSpec(
                new Prompt(prompt.name(), title, description, arguments, icons, prompt.meta()),
                handler);
    }
}
