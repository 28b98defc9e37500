package io.erlmcp.client;

/**
 * Where a client stands in its life. A pure state machine: {@link #on} tells what follows, and
 * refuses what is out of order.
 */
public enum Phase {
    /** Made, not connected. */
    PRE_INITIALIZATION,
    /** Finding out what the server speaks. */
    INITIALIZING,
    /** Ready for calls. */
    INITIALIZED,
    /** The path or the handshake failed; connecting again is possible. */
    ERROR,
    /** Closed for good. */
    CLOSED;

    /** What happens to a client. */
    public enum Step {
        CONNECT,
        CONNECTED,
        FAIL,
        CLOSE
    }

    /**
     * The phase after {@code step}.
     *
     * @throws IllegalStateException when the step is out of order
     */
    public Phase on(Step step) {
        return switch (step) {
            case CONNECT -> this == INITIALIZING || this == CLOSED ? refuse(step) : INITIALIZING;
            case CONNECTED -> this == INITIALIZING ? INITIALIZED : refuse(step);
            case FAIL ->
                    this == CLOSED ? CLOSED : this == PRE_INITIALIZATION ? refuse(step) : ERROR;
            case CLOSE -> CLOSED;
        };
    }

    private Phase refuse(Step step) {
        throw new IllegalStateException("the client is " + this + ", " + step + " is out of order");
    }
}
