package io.erlmcp.recovery;

import java.util.Locale;

/** What kind of failure it is, as far as can be told. */
public enum FailureClass {
    /** It will most likely be gone with another try. */
    TRANSIENT,
    /** It comes back as long as nobody changes anything. */
    PERSISTENT,
    /** Memory, descriptors, disk or another resource ran out. */
    RESOURCE_EXHAUSTION,
    /** Something that it needs failed first. */
    CASCADE,
    /** Nothing is known of it. */
    UNKNOWN;

    /** As it is written in metrics and answers: {@code resource_exhaustion}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
