package io.erlmcp.andon;

import java.util.Locale;

/**
 * The kind of reason for a stop: what callers are told, because the reason itself may say what is
 * none of their business.
 */
public enum Category {
    /** Planned, or for no stated reason: an operator stopped it, nothing is known to be wrong. */
    MANUAL,
    /** An operator saw that something is wrong. */
    INCIDENT,
    /** It failed again and again, and starting it again did not help. */
    FAILURES,
    /** Memory, threads or another resource ran out. */
    RESOURCES,
    /** Its calls do not end. */
    RUNAWAY,
    /** What was kept of the halt state cannot be read, so nobody knows what may run. */
    UNREADABLE;

    /** As it is written in files and answers: {@code incident}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException when {@code text} is none of them
     */
    public static Category of(String text) {
        for (Category category : values()) {
            if (category.text().equals(text)) {
                return category;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is no category of a stop");
    }

    /** Whether something was wrong, which somebody has to find out about before going on. */
    public boolean isTrouble() {
        return this != MANUAL;
    }
}
