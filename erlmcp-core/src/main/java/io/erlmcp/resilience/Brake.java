package io.erlmcp.resilience;

/**
 * Where whoever watches the resources says what to hold back, and every entry point reads it.
 *
 * <p>Process model: one volatile reference; one writer, any number of readers, no lock.
 */
public final class Brake {
    private volatile Restraint now = Restraint.NONE;

    /** What is held back now. */
    public Restraint now() {
        return now;
    }

    /** From now on {@code restraint} holds. */
    public void set(Restraint restraint) {
        now = restraint;
    }
}
