package io.erlmcp.protocol;

/** One message of a prompt. */
public record PromptMessage(Role role, ContentBlock content) {
    public static PromptMessage user(String text) {
        return new PromptMessage(Role.USER, new TextContent(text));
    }

    public static PromptMessage assistant(String text) {
        return new PromptMessage(Role.ASSISTANT, new TextContent(text));
    }
}
