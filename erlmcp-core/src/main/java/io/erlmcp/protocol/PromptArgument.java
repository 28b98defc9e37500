package io.erlmcp.protocol;

import org.jspecify.annotations.Nullable;

/** One argument of a prompt. */
public record PromptArgument(
        String name, @Nullable String title, @Nullable String description, boolean required) {}
