package io.erlmcp.guardian;

/** How short a resource is. */
public enum Level {
    /** There is enough. */
    NORMAL,
    /** Somebody should know. */
    WARN,
    /** The node holds back. */
    DEGRADED,
    /** The node ends. */
    EMERGENCY;

    /** The next one up; the last one is followed by itself. */
    Level next() {
        return switch (this) {
            case NORMAL -> WARN;
            case WARN -> DEGRADED;
            case DEGRADED, EMERGENCY -> EMERGENCY;
        };
    }
}
