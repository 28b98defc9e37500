package io.erlmcp.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The answer that comes in on one connection: status, the headers that matter, and the body, with
 * the chunks taken out. It is read as its bytes come, and used again for the next answer.
 */
final class HttpAnswer {
    private static final int MAX_BYTES = 64 << 20;
    private static final int MAX_HEAD_BYTES = 64 << 10;
    private static final int UNKNOWN = -1;

    private byte[] bytes = new byte[4096];
    private int length;
    private int scanned;
    private int bodyAt;
    private int bodyLength;
    private int status;
    private boolean isEventStream;
    private boolean isChunked;
    private boolean isLast;
    private boolean isHeadRead;
    private @Nullable String session;
    private @Nullable Chunks chunks;

    /** Makes room for the next answer. */
    void clear() {
        length = 0;
        scanned = 0;
        isHeadRead = false;
    }

    /**
     * Adds what came in; true when the answer is complete.
     *
     * @throws BenchException for what is no HTTP/1.1 answer with a known end
     */
    boolean add(ByteBuffer in) {
        int more = in.remaining();
        if (length + more > bytes.length) {
            grow(length + more);
        }
        in.get(bytes, length, more);
        length += more;
        if (!isHeadRead && !readHead()) {
            return false;
        }
        if (isChunked) {
            return chunks().add(bytes, length);
        }
        if (length > bodyAt + bodyLength) {
            throw new BenchException("more bytes than one answer");
        }
        return length == bodyAt + bodyLength;
    }

    private void grow(int needed) {
        if (needed > MAX_BYTES) {
            throw new BenchException("an answer of more than " + MAX_BYTES + " bytes");
        }
        bytes = Arrays.copyOf(bytes, Math.max(needed, Math.min(bytes.length * 2, MAX_BYTES)));
    }

    private boolean readHead() {
        int at = Math.max(0, scanned - 3);
        while (at + 3 < length) {
            if (bytes[at] == '\r'
                    && bytes[at + 1] == '\n'
                    && bytes[at + 2] == '\r'
                    && bytes[at + 3] == '\n') {
                bodyAt = at + 4;
                readLines(at + 2);
                isHeadRead = true;
                return true;
            }
            at++;
        }
        scanned = length;
        if (length > MAX_HEAD_BYTES) {
            throw new BenchException("a head of more than " + MAX_HEAD_BYTES + " bytes");
        }
        return false;
    }

    private void readLines(int end) {
        if (end < 14 || !text(0, 7).equals("HTTP/1.")) {
            throw new BenchException("no HTTP/1.1 answer");
        }
        status = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + (bytes[11] - '0');
        bodyLength = UNKNOWN;
        isChunked = false;
        isEventStream = false;
        isLast = false;
        session = null;
        int line = 0;
        while (line < end) {
            int next = line;
            while (bytes[next] != '\n') {
                next++;
            }
            if (line > 0) {
                readHeader(line, next - 1);
            }
            line = next + 1;
        }
        if (status == 204) {
            bodyLength = 0;
        }
        if (isChunked) {
            chunks().start(bodyAt);
        } else if (bodyLength == UNKNOWN) {
            throw new BenchException("an answer without a length");
        }
    }

    /** Only names of interesting lengths are looked at. */
    private void readHeader(int from, int to) {
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        switch (colon - from) {
            case 10 -> {
                if (isNamed(from, "connection")) {
                    isLast = value(colon, to).equalsIgnoreCase("close");
                }
            }
            case 12 -> {
                if (isNamed(from, "content-type")) {
                    isEventStream = value(colon, to).startsWith("text/event-stream");
                }
            }
            case 14 -> {
                if (isNamed(from, "content-length")) {
                    bodyLength = number(value(colon, to));
                } else if (isNamed(from, "mcp-session-id")) {
                    session = value(colon, to);
                }
            }
            case 17 -> {
                if (isNamed(from, "transfer-encoding")) {
                    isChunked = value(colon, to).toLowerCase(Locale.ROOT).contains("chunked");
                }
            }
            default -> {} // of no interest
        }
    }

    private boolean isNamed(int from, String name) {
        for (int i = 0; i < name.length(); i++) {
            if ((bytes[from + i] | 0x20) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String value(int colon, int to) {
        return text(colon + 1, to).strip();
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    }

    private static int number(String digits) {
        try {
            int number = Integer.parseInt(digits);
            if (number >= 0 && number <= MAX_BYTES) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new BenchException("Content-Length: " + digits);
    }

    private Chunks chunks() {
        if (chunks == null) {
            chunks = new Chunks();
        }
        return chunks;
    }

    /** Status and headers are there; the body may still come. */
    boolean isHeadRead() {
        return isHeadRead;
    }

    int status() {
        return status;
    }

    boolean isEventStream() {
        return isEventStream;
    }

    /** The server closes the connection after this answer. */
    boolean isLast() {
        return isLast;
    }

    /** The session that the answer names; null where it names none. */
    @Nullable String session() {
        return session;
    }

    byte[] bodyBytes() {
        return isChunked ? chunks().body() : bytes;
    }

    int bodyFrom() {
        return isChunked ? 0 : bodyAt;
    }

    int bodyTo() {
        return isChunked ? chunks().length() : bodyAt + bodyLength;
    }
}
