package io.erlmcp.network;

import io.erlmcp.rpc.SharedBytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How messages stand on the wire. Stateless towards the connection; from any thread. */
public interface Framing {
    /** A whole message with its framing, as a new array. */
    byte[] message(byte[] buffer, int offset, int length);

    /** As the other, of a message whose {@code begin} is shared by many peers. */
    default Waiting message(SharedBytes begin, byte[] end) {
        byte[] whole = Arrays.copyOf(begin.bytes(), begin.length() + end.length);
        System.arraycopy(end, 0, whole, begin.length(), end.length);
        return Waiting.own(message(whole, 0, whole.length));
    }

    /**
     * The last words before the connection is closed; empty for none. The peer answers them by
     * closing its side.
     */
    byte[] farewell(String reason);

    /** What makes the peer show that it is there, or null where there is no such thing. */
    byte @Nullable [] ping();

    /** Whether the end of our output goes with the last words, not with the peer's answer. */
    boolean endsOutput();
}
