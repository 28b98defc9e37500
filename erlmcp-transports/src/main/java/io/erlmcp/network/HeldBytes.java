package io.erlmcp.network;

import io.erlmcp.transport.ByteBudget;
import io.netty.buffer.ByteBuf;

/**
 * Bytes of one connection that came but could not be used yet, counted against the node's budget.
 */
public final class HeldBytes {
    private static final byte[] NONE = new byte[0];

    private final ByteBudget budget;
    private byte[] bytes = NONE;
    private int from;
    private int to;
    private long charged;

    public HeldBytes(ByteBudget budget) {
        this.budget = budget;
    }

    public boolean isEmpty() {
        return from == to;
    }

    /** The array in which the bytes stand; not to be kept. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the bytes begin. */
    public int from() {
        return from;
    }

    /** Where the bytes end. */
    public int to() {
        return to;
    }

    public void append(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, to, count);
        to += count;
    }

    /** Takes what is readable. */
    public void append(ByteBuf source) {
        int count = source.readableBytes();
        reserve(count);
        source.readBytes(bytes, to, count);
        to += count;
    }

    private void reserve(int count) {
        int length = to - from;
        if (to + count <= bytes.length) {
            return;
        }
        if (from > 0 && length + count <= bytes.length) {
            System.arraycopy(bytes, from, bytes, 0, length);
        } else {
            int capacity =
                    Math.max(
                            length + count,
                            Math.min(
                                    2 * bytes.length,
                                    length + Math.max(LoopState.SCRATCH_BYTES, length / 2)));
            byte[] larger = new byte[capacity];
            System.arraycopy(bytes, from, larger, 0, length);
            bytes = larger;
        }
        from = 0;
        to = length;
    }

    /** Forgets the bytes before {@code at}. */
    public void consumeTo(int at) {
        from = Math.min(at, to);
        if (from == to) {
            empty();
        }
    }

    private void empty() {
        bytes = NONE;
        from = 0;
        to = 0;
    }

    /**
     * Brings the budget up to date with what is held here and {@code more} bytes held elsewhere.
     *
     * @return false when it is too much for the budget, which then stands as before
     */
    public boolean charge(long more) {
        long held = bytes.length + more;
        if (held == charged) {
            return true;
        }
        if (held > charged && !budget.tryAcquire(held - charged)) {
            return false;
        }
        if (held < charged) {
            budget.release(charged - held);
        }
        charged = held;
        return true;
    }

    /** As {@link #charge}, for bytes that are bounded otherwise and cannot be refused. */
    public void chargeAnyway(long more) {
        long held = bytes.length + more;
        budget.charge(held - charged);
        charged = held;
    }

    /** Forgets all and gives everything back. */
    public void clear() {
        empty();
        if (charged != 0) {
            budget.release(charged);
            charged = 0;
        }
    }
}
