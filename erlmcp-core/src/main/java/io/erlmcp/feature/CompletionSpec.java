package io.erlmcp.feature;

import io.erlmcp.protocol.CompletionRef;

/** Suggestions for one argument of a prompt, or one variable of a resource template. */
public record CompletionSpec(CompletionRef ref, String argument, CompletionHandler handler)
        implements Feature {
    public CompletionSpec {
        if (argument.isEmpty()) {
            throw new IllegalArgumentException(
                    "completion for " + ref + ": argument must not be empty");
        }
    }

    public static CompletionSpec prompt(String name, String argument, CompletionHandler handler) {
        return new CompletionSpec(new CompletionRef.PromptRef(name), argument, handler);
    }

    public static CompletionSpec resource(
            String uriTemplate, String variable, CompletionHandler handler) {
        return new CompletionSpec(new CompletionRef.ResourceRef(uriTemplate), variable, handler);
    }
}
