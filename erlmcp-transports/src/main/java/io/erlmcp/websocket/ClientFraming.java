package io.erlmcp.websocket;

import java.security.SecureRandom;

/** Frames as a client sends them (RFC 6455): masked, one for each message. Thread-safe. */
final class ClientFraming {
    private static final int MASKED = 0x80;
    private static final int MASK_BYTES = 4;

    private final boolean compresses;
    private final SecureRandom random = new SecureRandom();

    ClientFraming(boolean compresses) {
        this.compresses = compresses;
    }

    byte[] message(byte[] text) {
        byte[] shorter =
                compresses && text.length >= Deflate.LEAST_BYTES
                        ? Deflate.compress(text, 0, text.length)
                        : null;
        return masked(
                shorter == null
                        ? WebSocketFraming.text(text, 0)
                        : WebSocketFraming.text(shorter, Deflate.RESERVED_BIT_1));
    }

    byte[] ping() {
        return masked(WebSocketFraming.pingFrame());
    }

    byte[] pong(byte[] payload) {
        return masked(WebSocketFraming.pong(payload));
    }

    byte[] close(int code, String reason) {
        return masked(WebSocketFraming.close(code, reason));
    }

    byte[] closeAnswer(int code) {
        return masked(WebSocketFraming.closeAnswer(code));
    }

    /** A frame with a mask, from one without. */
    private byte[] masked(byte[] frame) {
        byte[] mask = new byte[MASK_BYTES];
        random.nextBytes(mask);
        int header = WebSocketFraming.headerBytes(frame);
        byte[] out = new byte[frame.length + MASK_BYTES];
        System.arraycopy(frame, 0, out, 0, header);
        out[1] |= (byte) MASKED;
        System.arraycopy(mask, 0, out, header, MASK_BYTES);
        for (int i = header; i < frame.length; i++) {
            out[i + MASK_BYTES] = (byte) (frame[i] ^ mask[(i - header) & 3]);
        }
        return out;
    }
}
