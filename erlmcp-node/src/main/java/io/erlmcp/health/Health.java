package io.erlmcp.health;

import org.jspecify.annotations.Nullable;

/**
 * Where the node is in its life. Thread-safe; goes forward only.
 *
 * <p>Process model: no thread, no lock; the node writes, probes read.
 */
public final class Health {
    private volatile boolean hasStarted;
    private volatile @Nullable String stopping;

    /** Why the node takes no requests, in words; null when it does. */
    public @Nullable String notReady() {
        String reason = stopping;
        return reason == null && !hasStarted ? "the node is starting" : reason;
    }

    public boolean isReady() {
        return notReady() == null;
    }

    public void ready() {
        hasStarted = true;
    }

    /** From now on {@code /ready} says no, and {@code reason}. */
    public void draining(String reason) {
        stopping = reason;
    }
}
