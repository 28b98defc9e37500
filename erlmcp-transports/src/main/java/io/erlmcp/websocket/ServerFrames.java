package io.erlmcp.websocket;

import io.erlmcp.transport.ByteBudget;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Reads what a server sends: frames that are not masked, put together to messages. Whatever breaks
 * a rule of RFC 6455 is thrown with the status to close with. Not thread-safe.
 */
final class ServerFrames {
    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0f;
    private static final int MASKED = 0x80;
    private static final int CONTROL = 8;
    private static final int MAX_CONTROL_BYTES = 125;

    private final DataInputStream in;
    private final int maxMessageBytes;
    private final boolean compresses;
    private final ByteBudget budget;
    private ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private int messageOpcode;
    private boolean isCompressed;

    /** One of what a server can say. */
    sealed interface Said {
        @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
        record Message(byte[] bytes) implements Said {}

        @SuppressWarnings("ArrayRecordComponent")
        record Ping(byte[] payload) implements Said {}

        record Pong() implements Said {}

        /** {@code code} is -1 where there was none. */
        record Close(int code, String reason) implements Said {}
    }

    ServerFrames(InputStream in, int maxMessageBytes, boolean compresses) {
        this.in = new DataInputStream(in);
        this.maxMessageBytes = maxMessageBytes;
        this.compresses = compresses;
        // the bound on one message is all, and what grows has two arrays for a moment
        this.budget = new ByteBudget(3L * maxMessageBytes);
    }

    /**
     * @throws EOFException when the connection ends between frames or in one
     */
    Said next() throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            int opcode = first & OPCODE;
            boolean isFinal = (first & FINAL) != 0;
            if (opcode >= CONTROL) {
                return control(first, isFinal);
            }
            begin(first, opcode);
            byte[] payload = payload(maxMessageBytes - parts.size(), false);
            if (isFinal && parts.size() == 0) {
                return message(payload);
            }
            parts.writeBytes(payload);
            if (isFinal) {
                byte[] whole = parts.toByteArray();
                parts = new ByteArrayOutputStream();
                return message(whole);
            }
        }
    }

    private void begin(int first, int opcode) {
        int reserved = first & RESERVED;
        if (opcode == 0) {
            check(messageOpcode != 0, "a part of no message");
            check(reserved == 0, "reserved bits in a later part");
            return;
        }
        check(opcode <= 2, "an unknown kind of frame: " + opcode);
        check(messageOpcode == 0, "a message within another");
        check(
                reserved == 0 || (reserved == Deflate.RESERVED_BIT_1 && compresses),
                "reserved bits that mean nothing");
        messageOpcode = opcode;
        isCompressed = reserved != 0;
    }

    private Said message(byte[] whole) {
        byte[] plain =
                isCompressed
                        ? Deflate.expand(whole, 0, whole.length, maxMessageBytes, budget)
                        : whole;
        if (messageOpcode == 1 && !isUtf8(plain)) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.INVALID_PAYLOAD_DATA, "text that is not UTF-8");
        }
        messageOpcode = 0;
        return new Said.Message(plain);
    }

    private Said control(int first, boolean isFinal) throws IOException {
        check(
                isFinal && (first & RESERVED) == 0,
                "a control frame in parts, or with reserved bits");
        byte[] payload = payload(MAX_CONTROL_BYTES, true);
        return switch (first & OPCODE) {
            case 8 -> close(payload);
            case 9 -> new Said.Ping(payload);
            case 10 -> new Said.Pong();
            default -> throw broken("an unknown kind of frame: " + (first & OPCODE));
        };
    }

    private static Said close(byte[] payload) {
        check(payload.length != 1, "a close with half a code");
        if (payload.length == 0) {
            return new Said.Close(-1, "");
        }
        int code = ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        check(WebSocketCloseStatus.isValidStatusCode(code), "a close with the code " + code);
        return new Said.Close(
                code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
    }

    /** A payload, whose memory grows as it comes rather than as it is announced. */
    private byte[] payload(int most, boolean isControl) throws IOException {
        int second = in.readUnsignedByte();
        check((second & MASKED) == 0, "a server must not mask");
        long length = second;
        if (second == 126) {
            length = in.readUnsignedShort();
        } else if (second == 127) {
            length = in.readLong();
        }
        check(length >= 0, "a negative length");
        check(!isControl || length <= most, "a control frame of " + length + " bytes");
        if (length > most) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.MESSAGE_TOO_BIG,
                    "a message of more than " + maxMessageBytes + " bytes");
        }
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException("the connection ended in a frame");
        }
        return payload;
    }

    private static boolean isUtf8(byte[] text) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(text);
        CharBuffer some = CharBuffer.allocate(1024);
        CoderResult result;
        do {
            some.clear();
            result = decoder.decode(bytes, some, true);
        } while (result.isOverflow());
        return !result.isError();
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw broken(otherwise);
        }
    }

    private static CorruptedWebSocketFrameException broken(String why) {
        return new CorruptedWebSocketFrameException(WebSocketCloseStatus.PROTOCOL_ERROR, why);
    }
}
