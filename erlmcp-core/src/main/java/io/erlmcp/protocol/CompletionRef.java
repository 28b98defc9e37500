package io.erlmcp.protocol;

/** What an argument to be completed belongs to. */
public sealed interface CompletionRef {
    record PromptRef(String name) implements CompletionRef {}

    /** A resource template, by its RFC 6570 text. */
    record ResourceRef(String uri) implements CompletionRef {}
}
