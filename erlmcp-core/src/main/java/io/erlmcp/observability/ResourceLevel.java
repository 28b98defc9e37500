package io.erlmcp.observability;

/** How short a resource of the node is, such as its heap, its threads or its file descriptors. */
public enum ResourceLevel {
    /** There is enough. */
    NORMAL,
    /** Somebody should know. */
    WARN,
    /** The node holds back. */
    DEGRADED,
    /** The node ends. */
    EMERGENCY
}
