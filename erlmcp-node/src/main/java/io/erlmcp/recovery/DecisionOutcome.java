package io.erlmcp.recovery;

import java.util.Locale;

/** What came of a decision about a failure. */
public enum DecisionOutcome {
    /** The component ran for the period of its intensity: it has helped. */
    LASTED,
    /** The component failed again before that. */
    FAILED_AGAIN,
    /** The component is left down until an operator resumes it. */
    HALTED,
    /** The supervisor gave up in turn. */
    ESCALATED,
    /** The component was not started, because it is halted. */
    DENIED,
    /** An operator resumed the component, and what it failed before does not count. */
    RESUMED;

    /** As it is written in receipts and answers. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
