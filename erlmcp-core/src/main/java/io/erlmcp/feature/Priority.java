package io.erlmcp.feature;

/** How much a call matters when not all can be served: what matters least waits, and is shed. */
public enum Priority {
    /** Goes last, and is refused first. */
    LOW,
    /** What says nothing else. */
    NORMAL,
    /** Goes first, and still enters when the list of the waiting is nearly full. */
    HIGH
}
