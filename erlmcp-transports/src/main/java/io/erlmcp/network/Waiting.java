package io.erlmcp.network;

import io.netty.buffer.ByteBuf;

/**
 * Bytes on their way to one peer: its own, perhaps around some that other peers wait for as well.
 * Never changed.
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
public record Waiting(byte[] head, byte[] shared, byte[] tail) {
    private static final byte[] NOTHING = {};

    /** What waiting takes beside the bytes: this object, its place in a queue, its arrays. */
    private static final int ENTRY_BYTES = 128;

    /** Bytes of this peer alone. */
    public static Waiting own(byte[] bytes) {
        return new Waiting(bytes, NOTHING, NOTHING);
    }

    public int length() {
        return head.length + shared.length + tail.length;
    }

    /** What they are counted as where memory is bounded; shared bytes count for each. */
    public int heldBytes() {
        return length() + ENTRY_BYTES;
    }

    /** Appends them to {@code out}, which has room. */
    public void writeTo(ByteBuf out) {
        out.writeBytes(head);
        out.writeBytes(shared);
        out.writeBytes(tail);
    }
}
