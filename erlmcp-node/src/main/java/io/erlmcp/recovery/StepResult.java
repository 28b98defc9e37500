package io.erlmcp.recovery;

import java.util.Locale;

/** What came of a step. */
public enum StepResult {
    /** It is under way; what comes of it is told later. */
    STARTED,
    /** It did what it is for: a restart lasted for the period of the intensity. */
    SUCCEEDED,
    /** It did not help. */
    FAILED,
    /** It was not needed. */
    SKIPPED,
    /** It was not allowed: no restart was left. */
    REFUSED,
    /** Its time has not come: restarts are left. */
    DEFERRED;

    /** As it is written in metrics and answers. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
