package io.erlmcp.reliability;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Takes frames to a node over one transport and brings back what it says to each. */
interface FramePeer extends AutoCloseable {
    /**
     * What came back: the message, or null for silence; and what is wrong with the transport's part
     * of it, or null.
     */
    record Reply(@Nullable String message, @Nullable String problem) {}

    /**
     * @throws IOException when nothing comes back in time, or the connection is lost
     */
    Reply exchange(Frame frame, FrameJudge.Verdict verdict)
            throws IOException, InterruptedException;

    @Override
    void close();
}
