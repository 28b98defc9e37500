package io.erlmcp.protocol;

/** The ids of extensions of the modern era that erlmcp speaks. */
public final class Extensions {
    /** Calls of tools that run as tasks. */
    public static final String TASKS = "io.modelcontextprotocol/tasks";

    private Extensions() {}
}
