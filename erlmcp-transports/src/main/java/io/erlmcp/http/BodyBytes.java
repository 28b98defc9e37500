package io.erlmcp.http;

import java.util.Arrays;

/**
 * A body as it arrives: grows with what came, never with what was announced, and refuses what goes
 * over its cap.
 */
final class BodyBytes {
    private static final int FIRST_BYTES = 1024;

    private final int maxBytes;
    private byte[] bytes;
    private int length;

    /**
     * @param expectedBytes what was announced, or -1
     */
    BodyBytes(int maxBytes, long expectedBytes, int availableBytes) {
        this.maxBytes = maxBytes;
        int first = Math.max(FIRST_BYTES, availableBytes);
        bytes = new byte[expectedBytes >= 0 ? (int) Math.min(expectedBytes, first) : FIRST_BYTES];
    }

    int length() {
        return length;
    }

    /** Bytes of memory that this holds. */
    int capacity() {
        return bytes.length;
    }

    void append(byte[] source, int from, int count) {
        if (count > maxBytes - length) {
            throw tooLong(maxBytes);
        }
        if (length + count > bytes.length) {
            int doubled = (int) Math.min(maxBytes, 2L * bytes.length);
            bytes = Arrays.copyOf(bytes, Math.max(doubled, length + count));
        }
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    byte[] toArray() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    static HttpRefusal tooLong(int maxBytes) {
        return new HttpRefusal(413, "body is longer than " + maxBytes + " bytes");
    }
}
