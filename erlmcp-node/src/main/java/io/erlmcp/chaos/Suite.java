package io.erlmcp.chaos;

/** What experiments have in common. */
public enum Suite {
    COMPONENT_CRASH("component-crash"),
    CASCADE("cascade"),
    EXHAUSTION("exhaustion"),
    RECOVERY_FAILURE("recovery-failure"),
    BREAKER("breaker"),
    BACKPRESSURE("backpressure");

    private final String word;

    Suite(String word) {
        this.word = word;
    }

    /** As it is written on the command line. */
    public String word() {
        return word;
    }
}
