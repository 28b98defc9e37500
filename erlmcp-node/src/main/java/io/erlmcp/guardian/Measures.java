package io.erlmcp.guardian;

/** Where the guardian's readings come from. Called by the guardian's thread alone. */
public interface Measures extends AutoCloseable {
    /** Looks at everything; quick, and needs no file descriptor that is not open already. */
    Sample sample();

    /**
     * Has the garbage collected, so that the next sample knows what of the heap is really in use;
     * may take a while.
     */
    void collect();

    @Override
    void close();
}
