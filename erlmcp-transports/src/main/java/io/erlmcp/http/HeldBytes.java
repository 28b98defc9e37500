package io.erlmcp.http;

import io.erlmcp.transport.ByteBudget;
import io.netty.buffer.ByteBuf;

/**
 * Bytes of one connection that came but could not be used yet, counted against the node's budget.
 */
final class HeldBytes {
    private static final byte[] NONE = new byte[0];

    private final ByteBudget budget;
    private byte[] bytes = NONE;
    private int from;
    private int to;
    private long charged;

    HeldBytes(ByteBudget budget) {
        this.budget = budget;
    }

    boolean isEmpty() {
        return from == to;
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    void append(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, to, count);
        to += count;
    }

    void append(ByteBuf source) {
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
                            Math.min(2 * bytes.length, length + LoopState.SCRATCH_BYTES));
            byte[] larger = new byte[capacity];
            System.arraycopy(bytes, from, larger, 0, length);
            bytes = larger;
        }
        from = 0;
        to = length;
    }

    /** Forgets the bytes before {@code at}. */
    void consumeTo(int at) {
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
    boolean charge(long more) {
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
    void chargeAnyway(long more) {
        long held = bytes.length + more;
        budget.charge(held - charged);
        charged = held;
    }

    void clear() {
        empty();
        if (charged != 0) {
            budget.release(charged);
            charged = 0;
        }
    }
}
