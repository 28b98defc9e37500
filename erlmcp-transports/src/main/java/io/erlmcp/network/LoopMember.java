package io.erlmcp.network;

/** A connection that a {@link LoopState} looks after; called on its loop only. */
public abstract class LoopMember {
    /** Where the loop keeps this connection. */
    int place;

    /** Looks at the clock. */
    protected abstract void tick(long nowNanos);

    /**
     * The server stops, and nothing is under way: ends once the peer has what was sent, unless it
     * does so by itself.
     */
    protected void end() {}

    /** The server stops now: ends at once. */
    protected abstract void cutOff();
}
