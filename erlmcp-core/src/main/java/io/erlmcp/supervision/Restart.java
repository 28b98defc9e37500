package io.erlmcp.supervision;

/** When a child is started again. */
public enum Restart {
    /** However it ended. */
    PERMANENT,
    /** When it failed. */
    TRANSIENT,
    /** Never. */
    TEMPORARY
}
