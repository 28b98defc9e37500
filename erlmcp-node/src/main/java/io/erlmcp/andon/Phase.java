package io.erlmcp.andon;

import java.util.Locale;

/** How far a component is on its way to a stop. */
public enum Phase {
    /** It is not on its way. */
    RUNNING(0),
    /** It takes nothing new; what runs may come to its end. */
    DRAINING(1),
    /** What still runs is cut. */
    HALTING(2),
    /** Nothing runs any more. */
    STOPPED(3);

    private final int number;

    Phase(int number) {
        this.number = number;
    }

    /** As it is shown by the gauge of phases. */
    public int number() {
        return number;
    }

    /** As it is written in answers: {@code draining}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
