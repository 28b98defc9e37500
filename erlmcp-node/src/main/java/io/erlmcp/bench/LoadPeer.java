package io.erlmcp.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection and the operation that is under way on it. Used by the thread of the run; attached
 * to its key.
 */
interface LoadPeer {
    /**
     * Starts an operation.
     *
     * @param scratch room that is free until this returns
     */
    void start(long intendedNanos, ByteBuffer scratch) throws IOException;

    /** Sends what did not fit before. */
    void write() throws IOException;

    /**
     * Reads what is there.
     *
     * @return the verdict when the operation is finished, else null
     */
    @Nullable Verdict read(ByteBuffer scratch) throws IOException;

    boolean isBusy();

    /** The server announced that it closes the connection. */
    boolean isLast();

    long intendedNanos();

    void close();
}
