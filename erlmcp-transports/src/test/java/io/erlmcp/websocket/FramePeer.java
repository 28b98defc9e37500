package io.erlmcp.websocket;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A WebSocket peer that sends exactly the frames it is told to, and reads frames. */
final class FramePeer implements AutoCloseable {
    private static final int READ_TIMEOUT_MILLIS = 20_000;
    static final int TEXT = 0x81;
    static final int BINARY = 0x82;
    static final int PING = 0x89;
    static final int PONG = 0x8a;
    static final int CLOSE = 0x88;

    private final Socket socket;
    private final DataInputStream in;

    /** A frame; {@code head} is its first byte. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    record Frame(int head, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** The code of a close frame. */
        int code() {
            return payload.length < 2 ? -1 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        }
    }

    FramePeer(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Shakes hands as the RFC's example does. */
    static FramePeer open(int port) throws IOException {
        FramePeer peer = new FramePeer(port);
        String answer = peer.handshake("Sec-WebSocket-Protocol: mcp\r\n");
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new IOException(answer);
        }
        return peer;
    }

    /** Sends a good handshake with {@code more} header lines; returns the head of the answer. */
    String handshake(String more) throws IOException {
        return request(
                "GET /mcp/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                        + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + more
                        + "\r\n");
    }

    String request(String head) throws IOException {
        raw(head.getBytes(StandardCharsets.ISO_8859_1));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + answer);
            }
            answer.append((char) next);
        }
        return answer.toString();
    }

    FramePeer raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    FramePeer text(String text) throws IOException {
        return send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    FramePeer send(int head, byte[] payload) throws IOException {
        return raw(masked(head, payload));
    }

    static byte[] masked(int head, byte[] payload) {
        byte[] mask = {1, 2, 3, 4};
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(head);
        if (payload.length <= 125) {
            frame.write(0x80 | payload.length);
        } else if (payload.length <= 0xffff) {
            frame.write(0x80 | 126);
            frame.write(payload.length >>> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >>> shift));
            }
        }
        frame.writeBytes(mask);
        byte[] hidden = new byte[payload.length];
        for (int i = 0; i < payload.length; i++) {
            hidden[i] = (byte) (payload[i] ^ mask[i % 4]);
        }
        frame.writeBytes(hidden);
        return frame.toByteArray();
    }

    Frame frame() throws IOException {
        int head = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length > 127) {
            throw new IOException("a server must not mask");
        }
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        return new Frame(head, in.readNBytes(length));
    }

    /** Whether nothing more comes. */
    boolean isAtEnd() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
