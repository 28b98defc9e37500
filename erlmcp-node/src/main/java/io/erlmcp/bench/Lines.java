package io.erlmcp.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Lines of a stream, one after the other, in the buffer that they were read into. */
final class Lines {
    private static final int MAX_BYTES = 64 << 20;
    private static final byte[] ID = {'"', 'i', 'd', '"', ':'};

    private final InputStream in;
    private byte[] bytes = new byte[64 << 10];
    private int filled;
    private int from;
    private int to;
    private int next;

    Lines(InputStream in) {
        this.in = in;
    }

    /** Goes to the next line; waits for it. */
    void next() throws IOException {
        int scanned = next;
        while (true) {
            for (int i = scanned; i < filled; i++) {
                if (bytes[i] == '\n') {
                    from = next;
                    to = i;
                    next = i + 1;
                    return;
                }
            }
            scanned = fill();
        }
    }

    /** Reads more; returns where it begins. */
    private int fill() throws IOException {
        if (next > 0) {
            System.arraycopy(bytes, next, bytes, 0, filled - next);
            filled -= next;
            next = 0;
        } else if (filled == bytes.length) {
            if (filled == MAX_BYTES) {
                throw new IOException("a line of more than " + MAX_BYTES + " bytes");
            }
            bytes = Arrays.copyOf(bytes, Math.min(MAX_BYTES, filled * 2));
        }
        int begin = filled;
        int count = in.read(bytes, filled, bytes.length - filled);
        if (count < 0) {
            throw new EOFException("it closed its output");
        }
        filled += count;
        return begin;
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

    /** The number behind the first {@code "id":} of the line, or -1. Wrong guesses are checked. */
    long id() {
        return id(bytes, from, to);
    }

    /** The same of a message in {@code bytes}. */
    static long id(byte[] bytes, int from, int to) {
        int at = RequestBytes.indexOf(bytes, from, to, ID, 0, ID.length);
        if (at < 0) {
            return -1;
        }
        long id = 0;
        for (int i = at + ID.length; i < to && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            id = id * 10 + bytes[i] - '0';
        }
        return id;
    }
}
