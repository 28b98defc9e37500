package io.erlmcp.recovery;

import java.util.Locale;

/** What stands out in the failures of a component. */
public enum Pattern {
    /** The same error, three times in a row or more. */
    SAME_ERROR,
    /** More and more failures a minute. */
    INCREASING,
    /** It fails because of something that it needs. */
    CASCADE,
    /** A resource runs out. */
    RESOURCE_EXHAUSTION;

    /** As it is written in metrics and answers. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
