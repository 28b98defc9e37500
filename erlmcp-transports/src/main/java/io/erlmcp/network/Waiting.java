package io.erlmcp.network;

import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.transport.ByteBudget;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way to one peer: its own, perhaps around some that other peers wait for as well.
 * Never changed.
 *
 * @param shared null where all bytes are the peer's own
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
public record Waiting(byte[] head, @Nullable SharedBytes shared, byte[] tail) {
    private static final byte[] NOTHING = {};

    /** What waiting takes beside the bytes: this object, its place in a queue, its arrays. */
    private static final int ENTRY_BYTES = 128;

    /** Bytes of this peer alone. */
    public static Waiting own(byte[] bytes) {
        return new Waiting(bytes, null, NOTHING);
    }

    public int length() {
        return head.length + (shared == null ? 0 : shared.length()) + tail.length;
    }

    /** From now on they wait: counts what that takes of memory, shared bytes once for all peers. */
    public void hold(ByteBudget budget) {
        boolean counts = shared != null && shared.hold(budget);
        budget.charge(counts ? heldBytes() : ownBytes());
    }

    /** They wait no more. */
    public void letGo(ByteBudget budget) {
        boolean counts = shared != null && shared.letGo(budget);
        budget.release(counts ? heldBytes() : ownBytes());
    }

    private int heldBytes() {
        return length() + ENTRY_BYTES;
    }

    private int ownBytes() {
        return head.length + tail.length + ENTRY_BYTES;
    }

    /** Appends them to {@code out}, which has room. */
    public void writeTo(ByteBuf out) {
        out.writeBytes(head);
        if (shared != null) {
            out.writeBytes(shared.bytes());
        }
        out.writeBytes(tail);
    }
}
