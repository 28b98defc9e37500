package io.erlmcp.http;

import org.jspecify.annotations.Nullable;

/**
 * Turns bytes into requests, one at a time, free of sockets. The owner checks the head between the
 * two steps: {@link #read} stops at its end, and goes on with the body after {@link #beginBody}.
 */
final class RequestReader {
    private static final byte[] NO_BODY = new byte[0];

    /** A longer head is not kept for the next request. */
    private static final int KEPT_HEAD_BYTES = 2048;

    private enum State {
        HEAD,
        HEAD_READ,
        BODY,
        DONE
    }

    private final HttpServerConfig.Limits limits;
    private final HeadScanner scanner;
    private State state = State.HEAD;
    private boolean skippedEmptyLine;
    private @Nullable RequestHead head;

    /** The head of the request before; a client sends the same bytes again and again. */
    private @Nullable RequestHead last;

    private @Nullable BodyBytes body;
    private @Nullable ChunkDecoder chunks;
    private long missing;

    RequestReader(HttpServerConfig.Limits limits) {
        this.limits = limits;
        this.scanner = new HeadScanner(limits);
    }

    /**
     * Consumes bytes of the current request.
     *
     * @return where it stopped; a head that is not complete stays with the caller, from {@code
     *     from} on
     */
    int read(byte[] bytes, int from, int to) {
        return switch (state) {
            case HEAD -> readHead(bytes, from, to);
            case BODY -> readBody(bytes, from, to);
            case HEAD_READ, DONE -> from;
        };
    }

    private int readHead(byte[] bytes, int from, int to) {
        int start = from;
        if (!skippedEmptyLine && bytes[from] == '\r') {
            // one empty line before a request is forgiven, as RFC 9112 section 2.2 asks
            if (to - from < 2) {
                return from;
            }
            if (bytes[from + 1] == '\n') {
                skippedEmptyLine = true;
                start = from + 2;
            }
        }
        RequestHead known = last;
        if (known != null && known.standsIn(bytes, start, to)) {
            known.comesAgain();
            head = known;
            state = State.HEAD_READ;
            return start + known.length();
        }
        int length = scanner.scan(bytes, start, to);
        if (length < 0) {
            return start;
        }
        byte[] own = new byte[length];
        System.arraycopy(bytes, start, own, 0, length);
        RequestHead parsed = RequestHead.parse(own);
        head = parsed;
        last = length <= KEPT_HEAD_BYTES ? parsed : null;
        state = State.HEAD_READ;
        return start + length;
    }

    /** The head was accepted: reads its body next. */
    void beginBody(int availableBytes) {
        RequestHead current = head();
        if (!current.hasBody()) {
            state = State.DONE;
            return;
        }
        if (current.contentLength() > limits.maxBodyBytes()) {
            throw new HttpRefusal(
                    413,
                    "Content-Length is "
                            + current.contentLength()
                            + ", a body is at most "
                            + limits.maxBodyBytes()
                            + " bytes");
        }
        BodyBytes bytes =
                new BodyBytes(limits.maxBodyBytes(), current.contentLength(), availableBytes);
        body = bytes;
        missing = current.contentLength();
        chunks = current.isChunked() ? new ChunkDecoder(bytes, limits.maxHeaderBytes()) : null;
        state = State.BODY;
    }

    private int readBody(byte[] bytes, int from, int to) {
        if (chunks != null) {
            int at = chunks.read(bytes, from, to);
            state = chunks.isDone() ? State.DONE : State.BODY;
            return at;
        }
        int count = (int) Math.min(missing, to - from);
        if (body != null) {
            body.append(bytes, from, count);
        }
        missing -= count;
        state = missing == 0 ? State.DONE : State.BODY;
        return from + count;
    }

    boolean isHeadRead() {
        return state == State.HEAD_READ;
    }

    boolean isReadingBody() {
        return state == State.BODY;
    }

    boolean isDone() {
        return state == State.DONE;
    }

    RequestHead head() {
        if (head == null) {
            throw new IllegalStateException("no head was read");
        }
        return head;
    }

    /** The body of a request that is done; it belongs to the caller. */
    byte[] takeBody() {
        return body == null ? NO_BODY : body.toArray();
    }

    /** Bytes held for the request that is being read. */
    int heldBytes() {
        return body == null ? 0 : body.capacity();
    }

    /** Forgets the request; the next one begins. */
    void reset() {
        state = State.HEAD;
        scanner.reset();
        skippedEmptyLine = false;
        head = null;
        body = null;
        chunks = null;
        missing = 0;
    }
}
