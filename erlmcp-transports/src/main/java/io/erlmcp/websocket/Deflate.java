package io.erlmcp.websocket;

import io.erlmcp.transport.ByteBudget;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compression of whole messages (RFC 7692) without context takeover: each stands alone, so that
 * nothing is held for a connection between two of them.
 */
final class Deflate {
    /** In the first byte of a message's first frame: it is compressed. */
    static final int RESERVED_BIT_1 = 0x40;

    /** Smaller messages gain nothing. */
    static final int LEAST_BYTES = 1024;

    private static final int STEP_BYTES = 16 * 1024;
    private static final int MAX_RATIO = 4;

    /** Stands at the end of what is compressed, and is left out on the wire. */
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private Deflate() {}

    /** Compresses; null where that would not be shorter. */
    static byte @org.jspecify.annotations.Nullable [] compress(
            byte[] buffer, int offset, int length) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(buffer, offset, length);
            byte[] out = new byte[length + TAIL.length];
            int size = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            return size == out.length ? null : Arrays.copyOf(out, size - TAIL.length);
        } finally {
            deflater.end();
        }
    }

    /**
     * Expands a message, never beyond {@code maxBytes}; what it takes meanwhile comes from the
     * budget.
     *
     * @throws CorruptedWebSocketFrameException with the status to close with
     */
    static byte[] expand(byte[] bytes, int from, int to, int maxBytes, ByteBudget budget) {
        Inflater inflater = new Inflater(true);
        Output out = new Output(budget);
        try {
            inflater.setInput(bytes, from, to - from);
            byte[] result = expand(inflater, maxBytes, out, Math.max(64, to - from));
            if (inflater.finished() && inflater.getRemaining() > TAIL.length + 1) {
                throw broken("something stands behind the last block");
            }
            return result;
        } catch (DataFormatException e) {
            throw broken(String.valueOf(e.getMessage()));
        } finally {
            out.release();
            inflater.end();
        }
    }

    private static byte[] expand(Inflater inflater, int maxBytes, Output out, int compressed)
            throws DataFormatException {
        boolean tailGiven = false;
        out.grow((int) Math.min(maxBytes, (long) compressed * MAX_RATIO));
        byte[] one = new byte[1];
        while (true) {
            int room = out.room();
            int count = room > 0 ? out.take(inflater) : inflater.inflate(one);
            if (room == 0 && count > 0) {
                if (out.size() >= maxBytes) {
                    throw new CorruptedWebSocketFrameException(
                            WebSocketCloseStatus.MESSAGE_TOO_BIG,
                            "a message has at most " + maxBytes + " bytes, expanded");
                }
                out.grow(Math.min(maxBytes - out.size(), Math.max(STEP_BYTES, out.size())));
                out.add(one[0]);
            } else if (count == 0 && inflater.needsInput() && !tailGiven) {
                tailGiven = true;
                inflater.setInput(TAIL);
            } else if (count == 0 || inflater.finished()) {
                if (inflater.needsDictionary()) {
                    throw broken("it needs a dictionary");
                }
                return out.result();
            }
        }
    }

    private static CorruptedWebSocketFrameException broken(String why) {
        return new CorruptedWebSocketFrameException(
                WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "a message cannot be expanded: " + why);
    }

    /** What came out so far; room is taken from the budget before it is made. */
    private static final class Output {
        private final ByteBudget budget;
        private byte[] bytes = new byte[0];
        private int size;
        private int charged;

        Output(ByteBudget budget) {
            this.budget = budget;
        }

        int room() {
            return bytes.length - size;
        }

        int size() {
            return size;
        }

        void grow(int more) {
            if (!budget.tryAcquire(more)) {
                throw new CorruptedWebSocketFrameException(
                        WebSocketCloseStatus.TRY_AGAIN_LATER,
                        "the server holds "
                                + budget.limitBytes()
                                + " bytes of unfinished messages, its limit");
            }
            charged += more;
            bytes = Arrays.copyOf(bytes, bytes.length + more);
        }

        int take(Inflater inflater) throws DataFormatException {
            int count = inflater.inflate(bytes, size, room());
            size += count;
            return count;
        }

        void add(byte next) {
            bytes[size++] = next;
        }

        byte[] result() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }

        void release() {
            budget.release(charged);
        }
    }
}
