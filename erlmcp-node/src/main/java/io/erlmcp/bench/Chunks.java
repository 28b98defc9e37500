package io.erlmcp.bench;

import java.util.Arrays;

/** A body that comes in chunks, put together as they come. */
final class Chunks {
    private static final int MAX_CHUNK = 64 << 20;

    private byte[] body = new byte[1024];
    private int length;
    private int at;
    private boolean isTrailer;

    /** The next body begins at {@code from} of what is given to {@link #add}. */
    void start(int from) {
        at = from;
        length = 0;
        isTrailer = false;
    }

    /** Takes the chunks that are complete in {@code bytes}; true after the last one. */
    boolean add(byte[] bytes, int end) {
        while (!isTrailer) {
            int line = endOfLine(bytes, at, end);
            if (line < 0) {
                return false;
            }
            int size = size(bytes, line);
            if (size == 0) {
                isTrailer = true;
                at = line + 2;
            } else if (line + 2 + size + 2 > end) {
                return false;
            } else {
                take(bytes, line + 2, size);
                at = line + 2 + size + 2;
            }
        }
        return endsTrailer(bytes, end);
    }

    private boolean endsTrailer(byte[] bytes, int end) {
        int line = endOfLine(bytes, at, end);
        while (line > at) {
            at = line + 2;
            line = endOfLine(bytes, at, end);
        }
        return line == at;
    }

    private int size(byte[] bytes, int line) {
        long size = 0;
        int digits = 0;
        for (int i = at; i < line && bytes[i] != ';'; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0 || ++digits > 8) {
                throw new BenchException("a chunk without a size");
            }
            size = size * 16 + digit;
        }
        if (digits == 0 || size > MAX_CHUNK) {
            throw new BenchException("a chunk without a size, or of more than " + MAX_CHUNK);
        }
        return (int) size;
    }

    private void take(byte[] bytes, int from, int size) {
        if (length + size > body.length) {
            body = Arrays.copyOf(body, Math.max(body.length * 2, length + size));
        }
        System.arraycopy(bytes, from, body, length, size);
        length += size;
    }

    private static int endOfLine(byte[] bytes, int from, int end) {
        for (int i = from; i + 1 < end; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    byte[] body() {
        return body;
    }

    int length() {
        return length;
    }
}
