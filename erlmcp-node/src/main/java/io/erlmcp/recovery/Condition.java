package io.erlmcp.recovery;

import java.util.Locale;

/** How a component is, by its failures. */
public enum Condition {
    FINE,
    /** It is started again and again, or has not lasted since. */
    DEGRADED,
    /** It is left down until an operator resumes it. */
    HALTED;

    /** As it is written in answers. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
