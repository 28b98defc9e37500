package io.erlmcp.client;

/** The lists that servers offer and may announce changes of. */
public enum ListKind {
    TOOLS,
    PROMPTS,
    /** Resources and resource templates. */
    RESOURCES
}
