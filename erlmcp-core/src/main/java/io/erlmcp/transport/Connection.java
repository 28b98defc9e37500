package io.erlmcp.transport;

import io.erlmcp.rpc.SharedBytes;
import java.time.Duration;
import java.util.Arrays;

/**
 * A duplex path to one peer. Implementations are thread-safe and bounded: what the peer does not
 * read is held up to the transport's water mark, then {@link #awaitWritable} makes producers wait,
 * and a peer that does not read within the write time-out is cut.
 */
public interface Connection {
    /** No bytes. */
    byte[] NOTHING = {};

    /** A name for logs and threads, such as {@code stdio} or {@code conn-17}. */
    String name();

    PeerEvidence evidence();

    /** Sends one message; never blocks. Does nothing when the connection is closed. */
    void send(byte[] buffer, int offset, int length);

    /** As {@link #send}, of a message that goes to many peers, and is held without a copy. */
    default void share(SharedBytes message) {
        share(message, NOTHING);
    }

    /** As {@link #share(SharedBytes)}, with an end that is this peer's own. */
    default void share(SharedBytes begin, byte[] end) {
        byte[] whole = Arrays.copyOf(begin.bytes(), begin.length() + end.length);
        System.arraycopy(end, 0, whole, begin.length(), end.length);
        send(whole, 0, whole.length);
    }

    /**
     * Waits until the peer has read enough, at most {@code limit}. Never called on an event loop.
     *
     * @return false when the connection is closed, or was cut because the peer does not read
     */
    boolean awaitWritable(Duration limit) throws InterruptedException;

    /**
     * How long a producer waits for this peer.
     *
     * @param usual where the transport has no time of its own
     */
    default Duration patience(Duration usual) {
        return usual;
    }

    /** Sends what is queued, then closes. */
    void close(String reason);
}
