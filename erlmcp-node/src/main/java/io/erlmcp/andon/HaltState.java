package io.erlmcp.andon;

import java.util.Locale;

/** Whether a component may run. */
public enum HaltState {
    /** It may. */
    NORMAL,
    /** An operator stopped it. */
    HALTED_MANUAL,
    /** The node stopped it, because going on would have done harm. */
    HALTED_FATAL;

    /** As it is written in files and answers: {@code halted_manual}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException when {@code text} is none of the states
     */
    public static HaltState of(String text) {
        for (HaltState state : values()) {
            if (state.text().equals(text)) {
                return state;
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is no state: normal, halted_manual or halted_fatal");
    }
}
