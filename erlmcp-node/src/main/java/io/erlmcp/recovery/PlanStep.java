package io.erlmcp.recovery;

import java.util.Locale;

/** A step of a plan. */
public enum PlanStep {
    /** Keep what shows what happened. */
    INVESTIGATE,
    /** Start it again, after a short pause that grows. */
    ATTEMPT,
    /**
     * Start it again after the longest pause; until it lasts, its health is degraded. Where it
     * failed for want of what all of the node needs, the node holds back as well.
     */
    DEGRADE,
    /** Tell whoever watches. */
    NOTIFY,
    /** Leave it down until an operator resumes it; not before its restarts are used up. */
    MANUAL;

    /** As it is written in metrics and answers. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isRestart() {
        return this == ATTEMPT || this == DEGRADE;
    }
}
