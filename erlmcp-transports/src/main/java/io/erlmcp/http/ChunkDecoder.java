package io.erlmcp.http;

/**
 * Takes chunked framing off a body, strictly: hexadecimal sizes of at most eight digits, CR LF and
 * nothing else, extensions and trailers bounded and thrown away.
 */
final class ChunkDecoder {
    private static final int MAX_SIZE_DIGITS = 8;
    private static final int MAX_EXTENSION_BYTES = 256;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER,
        TRAILER_LF,
        END_LF,
        DONE
    }

    private final BodyBytes body;
    private final int maxTrailerBytes;
    private State state = State.SIZE;
    private long size;
    private int digits;
    private int extensionBytes;
    private int trailerBytes;

    ChunkDecoder(BodyBytes body, int maxTrailerBytes) {
        this.body = body;
        this.maxTrailerBytes = maxTrailerBytes;
    }

    boolean isDone() {
        return state == State.DONE;
    }

    /** Consumes what belongs to the body; returns where it stopped. */
    int read(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && state != State.DONE) {
            if (state == State.DATA) {
                int count = (int) Math.min(size, to - at);
                body.append(bytes, at, count);
                at += count;
                size -= count;
                state = size == 0 ? State.DATA_CR : State.DATA;
            } else {
                step(bytes[at++]);
            }
        }
        return at;
    }

    private void step(byte b) {
        switch (state) {
            case SIZE -> sizeByte(b);
            case EXTENSION -> extensionByte(b);
            case SIZE_LF -> {
                expect(b, '\n');
                digits = 0;
                extensionBytes = 0;
                state = size == 0 ? State.TRAILER_START : State.DATA;
            }
            case DATA_CR -> {
                expect(b, '\r');
                state = State.DATA_LF;
            }
            case DATA_LF -> {
                expect(b, '\n');
                state = State.SIZE;
            }
            case TRAILER_START -> {
                if (b == '\r') {
                    state = State.END_LF;
                } else {
                    if (!Ascii.isToken(b)) {
                        throw bad();
                    }
                    trailerByte(b);
                    state = State.TRAILER;
                }
            }
            case TRAILER -> trailerByte(b);
            case TRAILER_LF -> {
                expect(b, '\n');
                state = State.TRAILER_START;
            }
            case END_LF -> {
                expect(b, '\n');
                state = State.DONE;
            }
            case DATA, DONE -> throw new IllegalStateException("no step in " + state);
        }
    }

    private void sizeByte(byte b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            if (++digits > MAX_SIZE_DIGITS) {
                throw bad();
            }
            size = size * 16 + digit;
            return;
        }
        if (digits == 0) {
            throw bad();
        }
        state =
                switch (b) {
                    case '\r' -> State.SIZE_LF;
                    case ';' -> State.EXTENSION;
                    default -> throw bad();
                };
    }

    private void extensionByte(byte b) {
        if (b == '\r') {
            state = State.SIZE_LF;
        } else if (!Ascii.isFieldContent(b) || ++extensionBytes > MAX_EXTENSION_BYTES) {
            throw bad();
        }
    }

    private void trailerByte(byte b) {
        if (b == '\r') {
            state = State.TRAILER_LF;
        } else if (!Ascii.isFieldContent(b)) {
            throw bad();
        }
        if (++trailerBytes > maxTrailerBytes) {
            throw new HttpRefusal(431, "trailers are longer than " + maxTrailerBytes + " bytes");
        }
    }

    private static void expect(byte b, char wanted) {
        if (b != wanted) {
            throw bad();
        }
    }

    private static HttpRefusal bad() {
        return new HttpRefusal(400, "chunked body is malformed");
    }
}
