package io.erlmcp.health;

/**
 * Where the node is in its life. Thread-safe; goes forward only.
 *
 * <p>Process model: no thread; the node writes, one writer at a time, and probes read without
 * waiting.
 */
public final class Health {
    /** The phases, in the order they come. */
    public enum Phase {
        STARTING,
        READY,
        DRAINING
    }

    /** A phase and, in words, why the node takes no requests in it; empty when it does. */
    public record Status(Phase phase, String reason) {
        public boolean isReady() {
            return phase == Phase.READY;
        }
    }

    private volatile Status status = new Status(Phase.STARTING, "the node is starting");

    public Status status() {
        return status;
    }

    public synchronized void ready() {
        if (status.phase() == Phase.STARTING) {
            status = new Status(Phase.READY, "");
        }
    }

    /** From now on {@code /ready} says no. */
    public synchronized void draining(String reason) {
        status = new Status(Phase.DRAINING, reason);
    }
}
