package io.erlmcp.websocket;

import io.erlmcp.network.Framing;
import io.erlmcp.network.Waiting;
import io.erlmcp.rpc.SharedBytes;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.nio.charset.StandardCharsets;

/**
 * Frames as a server sends them (RFC 6455): one for each message, not masked, compressed where the
 * peer agreed and it helps. A peer that speaks in binary frames is answered in them.
 */
final class WebSocketFraming implements Framing {
    private static final int FINAL = 0x80;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int MAX_CONTROL_BYTES = 125;
    private static final int MAX_TWO_BYTES = 0xffff;
    private static final byte[] PING_FRAME = {(byte) (FINAL | PING), 0};

    private final boolean compresses;
    private volatile boolean binary;

    /**
     * @param compresses whether the peer takes compressed messages
     */
    WebSocketFraming(boolean compresses) {
        this.compresses = compresses;
    }

    /** How the peer spoke last. */
    void speaks(boolean inBinary) {
        if (binary != inBinary) {
            binary = inBinary;
        }
    }

    @Override
    public byte[] message(byte[] buffer, int offset, int length) {
        int opcode = binary ? BINARY : TEXT;
        byte[] shorter =
                compresses && length >= Deflate.LEAST_BYTES
                        ? Deflate.compress(buffer, offset, length)
                        : null;
        return shorter == null
                ? frame(opcode, buffer, offset, length)
                : frame(opcode | Deflate.RESERVED_BIT_1, shorter, 0, shorter.length);
    }

    @Override
    public Waiting message(SharedBytes begin, byte[] end) {
        int length = begin.length() + end.length;
        return new Waiting(head(binary ? BINARY : TEXT, length, 0), begin, end);
    }

    private static byte[] frame(int opcode, byte[] buffer, int offset, int length) {
        byte[] frame = head(opcode, length, length);
        System.arraycopy(buffer, offset, frame, frame.length - length, length);
        return frame;
    }

    /** The head of a frame of {@code length} bytes, with {@code room} behind it. */
    private static byte[] head(int opcode, int length, int room) {
        int header = length <= MAX_CONTROL_BYTES ? 2 : length <= MAX_TWO_BYTES ? 4 : 10;
        byte[] frame = new byte[header + room];
        frame[0] = (byte) (FINAL | opcode);
        switch (header) {
            case 2 -> frame[1] = (byte) length;
            case 4 -> {
                frame[1] = 126;
                number(frame, 2, length);
            }
            default -> {
                frame[1] = 127;
                number(frame, 8, length);
            }
        }
        return frame;
    }

    /** Writes a number that ends at index {@code bytes + 1}, the header's last. */
    private static void number(byte[] frame, int bytes, int value) {
        int left = value;
        for (int i = bytes + 1; i > 1 && left != 0; i--) {
            frame[i] = (byte) left;
            left >>>= 8;
        }
    }

    /** A text frame with more bits in its first byte. */
    static byte[] text(byte[] text, int bits) {
        return frame(TEXT | bits, text, 0, text.length);
    }

    /** The length of the header of a frame without a mask. */
    static int headerBytes(byte[] frame) {
        return frame[1] == 126 ? 4 : frame[1] == 127 ? 10 : 2;
    }

    /** Not to be changed. */
    static byte[] pingFrame() {
        return PING_FRAME;
    }

    static byte[] pong(byte[] payload) {
        return frame(PONG, payload, 0, payload.length);
    }

    /** A close frame; {@code reason} is cut to what fits. */
    static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_CONTROL_BYTES - 2);
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--;
        }
        byte[] payload = new byte[length + 2];
        payload[0] = (byte) (code >>> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, length);
        return frame(CLOSE, payload, 0, payload.length);
    }

    /** The answer to a close frame: its code, or nothing where it had none. */
    static byte[] closeAnswer(int code) {
        return code < 0 ? frame(CLOSE, new byte[0], 0, 0) : close(code, "");
    }

    @Override
    public byte[] farewell(String reason) {
        boolean refused = reason.equals("not authenticated");
        int code =
                refused
                        ? WebSocketCloseStatus.POLICY_VIOLATION.code()
                        : WebSocketCloseStatus.ENDPOINT_UNAVAILABLE.code();
        return close(code, reason);
    }

    @Override
    public byte[] ping() {
        return PING_FRAME;
    }

    @Override
    public boolean endsOutput() {
        return false;
    }
}
