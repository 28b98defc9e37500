package io.erlmcp.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How messages stand in the bytes of a connection that carries them both ways. */
enum DuplexFraming {
    /** One message a line: TCP and Unix domain sockets. */
    LINES {
        @Override
        void put(byte[] message, ByteBuffer out) {
            out.put(message).put((byte) '\n');
        }

        @Override
        int frame(byte[] bytes, int from, int to, int[] message) {
            int at = from;
            while (at < to && bytes[at] != '\n') {
                at++;
            }
            message[0] = from;
            message[1] = at;
            return at < to ? at + 1 : -1;
        }
    },

    /**
     * One message in one text frame of a WebSocket (RFC 6455). The mask is zero, which a server
     * cannot tell from another one, and costs the load nothing.
     */
    WEBSOCKET {
        @Override
        void put(byte[] message, ByteBuffer out) {
            out.put((byte) (FINAL | TEXT));
            if (message.length < LENGTH_IN_TWO) {
                out.put((byte) (MASKED | message.length));
            } else if (message.length <= MAX_IN_TWO) {
                out.put((byte) (MASKED | LENGTH_IN_TWO)).putShort((short) message.length);
            } else {
                out.put((byte) (MASKED | LENGTH_IN_EIGHT)).putLong(message.length);
            }
            out.putInt(0).put(message);
        }

        @Override
        int frame(byte[] bytes, int from, int to, int[] message) throws IOException {
            if (to - from < 2) {
                return -1;
            }
            int kind = bytes[from] & 0xff;
            int length = bytes[from + 1] & 0x7f;
            int at = from + 2;
            if (length >= LENGTH_IN_TWO) {
                int digits = length == LENGTH_IN_TWO ? Short.BYTES : Long.BYTES;
                if (to - at < digits) {
                    return -1;
                }
                length = (int) number(bytes, at, digits);
                at += digits;
            }
            if (to - at < length) {
                return -1;
            }
            if (kind == (FINAL | CLOSE)) {
                throw new IOException("the server closed the WebSocket");
            }
            if (kind != (FINAL | TEXT) && kind != (FINAL | PING) && kind != (FINAL | PONG)) {
                throw new IOException("a frame of kind 0x" + Integer.toHexString(kind));
            }
            message[0] = at;
            message[1] = kind == (FINAL | TEXT) ? at + length : at;
            return at + length;
        }
    };

    /** What a message may take beside itself. */
    static final int MOST_AROUND = 14;

    private static final int FINAL = 0x80;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MASKED = 0x80;
    private static final int LENGTH_IN_TWO = 126;
    private static final int LENGTH_IN_EIGHT = 127;
    private static final int MAX_IN_TWO = 0xffff;

    /** Puts a whole message; there is room for {@link #MOST_AROUND} more than its length. */
    abstract void put(byte[] message, ByteBuffer out);

    /**
     * Finds the first message.
     *
     * @param message gets where it begins and ends; an empty one is no message
     * @return where the next one begins, or -1 when this one is not complete
     */
    abstract int frame(byte[] bytes, int from, int to, int[] message) throws IOException;

    private static long number(byte[] bytes, int from, int digits) throws IOException {
        long number = 0;
        for (int i = from; i < from + digits; i++) {
            number = (number << 8) | (bytes[i] & 0xff);
        }
        if (number < 0 || number > DuplexPeer.MAX_MESSAGE_BYTES) {
            throw new IOException("a frame of " + Long.toUnsignedString(number) + " bytes");
        }
        return number;
    }
}
