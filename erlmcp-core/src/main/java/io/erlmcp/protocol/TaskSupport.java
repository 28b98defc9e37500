package io.erlmcp.protocol;

/** Whether calls of a tool may run as tasks, which outlive their requests. */
public enum TaskSupport {
    /** A call is answered with its result, always. */
    FORBIDDEN,
    /** A call runs as a task where the client can take one. */
    OPTIONAL,
    /** A call runs as a task; clients that cannot take one are refused. */
    REQUIRED
}
