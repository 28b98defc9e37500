package io.erlmcp.http;

import io.erlmcp.network.Waiting;
import io.erlmcp.rpc.SharedBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Writes server-sent events, each as one HTTP chunk where the answer is chunked. Stateless. */
final class SseEncoder {
    /** Marks the end of a stream in its queue; no event is empty. */
    static final byte[] END = new byte[0];

    private static final byte[] EVENT = Ascii.bytes("event: message\n");
    private static final byte[] ID = Ascii.bytes("id: ");
    private static final byte[] DATA = Ascii.bytes("data: ");
    private static final byte[] COMMENT = Ascii.bytes(": keep-alive\n\n");
    private static final byte[] LAST_CHUNK = Ascii.bytes("0\r\n\r\n");

    /** Eight digits and CR LF before a chunk, CR LF behind it. */
    private static final int CHUNK_BYTES = 12;

    private final boolean chunked;

    SseEncoder(boolean chunked) {
        this.chunked = chunked;
    }

    byte[] event(@Nullable String id, byte[] data, int offset, int length) {
        byte[] idBytes = idBytes(id);
        int breaks = breaks(data, offset, length);
        int size =
                EVENT.length + ID.length + idBytes.length + DATA.length * (breaks + 1) + length + 3;
        Piece piece = new Piece(size + CHUNK_BYTES);
        if (length > 0) {
            piece.add(EVENT);
        }
        if (id != null) {
            piece.add(ID);
            piece.add(idBytes);
            piece.add('\n');
        }
        piece.add(DATA);
        if (breaks == 0) {
            piece.add(data, offset, length);
        } else {
            piece.lines(data, offset, length);
        }
        piece.add('\n');
        piece.add('\n');
        return piece.framed();
    }

    private static byte[] idBytes(@Nullable String id) {
        byte[] bytes = id == null ? END : id.getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            if (b == '\r' || b == '\n' || b == 0) {
                throw new IllegalArgumentException("event id holds a line break or NUL");
            }
        }
        return bytes;
    }

    /** An event around data that other streams have as well; neither part holds a line break. */
    Waiting shared(@Nullable String id, SharedBytes begin, byte[] end) {
        byte[] idBytes = idBytes(id);
        int ofId = id == null ? 0 : ID.length + idBytes.length + 1;
        Piece piece = new Piece(Piece.ROOM + EVENT.length + ofId + DATA.length);
        piece.add(EVENT);
        if (id != null) {
            piece.add(ID);
            piece.add(idBytes);
            piece.add('\n');
        }
        piece.add(DATA);
        byte[] tail = Arrays.copyOf(end, end.length + (chunked ? 4 : 2));
        tail[end.length] = '\n';
        tail[end.length + 1] = '\n';
        if (chunked) {
            tail[end.length + 2] = '\r';
            tail[end.length + 3] = '\n';
        }
        return new Waiting(piece.head(begin.length() + end.length + 2), begin, tail);
    }

    /** An event of a type of its own; neither holds a line break. */
    byte[] event(String type, byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        if ((type + text).matches("(?s).*[\\r\\n].*")) {
            throw new IllegalArgumentException("an event of type " + type + " holds a line break");
        }
        return framed(
                ("event: " + type + "\ndata: " + text + "\n\n").getBytes(StandardCharsets.UTF_8));
    }

    byte[] retry(Duration delay) {
        return framed(Ascii.bytes("retry: " + Math.max(0, delay.toMillis()) + "\n\n"));
    }

    byte[] comment() {
        return framed(COMMENT);
    }

    byte[] end() {
        return chunked ? LAST_CHUNK : END;
    }

    private byte[] framed(byte[] bytes) {
        Piece piece = new Piece(bytes.length + CHUNK_BYTES);
        piece.add(bytes);
        return piece.framed();
    }

    private static int breaks(byte[] data, int offset, int length) {
        int breaks = 0;
        for (int i = offset; i < offset + length; i++) {
            if (data[i] == '\n' || data[i] == '\r') {
                breaks++;
            }
        }
        return breaks;
    }

    /** One piece of the stream in the making, with room for its chunk's size in front. */
    private final class Piece {
        private static final int ROOM = 10;
        private final byte[] bytes;
        private int at = ROOM;

        Piece(int capacity) {
            bytes = new byte[capacity];
        }

        void add(char c) {
            bytes[at++] = (byte) c;
        }

        void add(byte[] source) {
            add(source, 0, source.length);
        }

        void add(byte[] source, int offset, int length) {
            System.arraycopy(source, offset, bytes, at, length);
            at += length;
        }

        /** Starts a new data line at each line break, so that no data can pass for a field. */
        void lines(byte[] data, int offset, int length) {
            int end = offset + length;
            for (int i = offset; i < end; i++) {
                boolean pair = data[i] == '\r' && i + 1 < end && data[i + 1] == '\n';
                if (data[i] == '\n' || data[i] == '\r') {
                    add('\n');
                    add(DATA);
                    i = pair ? i + 1 : i;
                } else {
                    bytes[at++] = data[i];
                }
            }
        }

        /** What was added, as the begin of a piece with {@code more} bytes. */
        byte[] head(int more) {
            if (!chunked) {
                return Arrays.copyOfRange(bytes, ROOM, at);
            }
            size(at - ROOM + more);
            return at == bytes.length ? bytes : Arrays.copyOf(bytes, at);
        }

        private void size(int length) {
            String size = HexFormat.of().toHexDigits(length, 8);
            for (int i = 0; i < 8; i++) {
                bytes[i] = (byte) size.charAt(i);
            }
            bytes[8] = '\r';
            bytes[9] = '\n';
        }

        byte[] framed() {
            if (!chunked) {
                return Arrays.copyOfRange(bytes, ROOM, at);
            }
            size(at - ROOM);
            bytes[at++] = '\r';
            bytes[at++] = '\n';
            return at == bytes.length ? bytes : Arrays.copyOf(bytes, at);
        }
    }
}
