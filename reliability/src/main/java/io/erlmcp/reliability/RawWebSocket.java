package io.erlmcp.reliability;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket connection by hand: messages leave in binary frames, so that what is no text gets as
 * far as the node's reader of messages, and not only of frames.
 */
final class RawWebSocket implements DuplexFrames.Wire {
    private static final int BINARY = 0x82;
    private static final int MASKED = 0x80;
    private static final int PING = 0x89;
    private static final int CLOSE = 0x88;
    private static final int MASK_BYTES = 4;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    RawWebSocket(URI server) throws IOException {
        this(server, Duration.ZERO);
    }

    /** Reads wait at most {@code patience}; zero stands for no limit. */
    RawWebSocket(URI server, Duration patience) throws IOException {
        this(server, new Socket(server.getHost(), server.getPort()), patience);
    }

    /** On a connection that was made elsewhere. */
    RawWebSocket(URI server, Socket connected, Duration patience) throws IOException {
        socket = connected;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) patience.toMillis());
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write(request(server));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) in.readUnsignedByte());
        }
        if (!answer.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no WebSocket: " + answer);
        }
    }

    /** The request to change to WebSocket. */
    static byte[] request(URI server) {
        String head =
                "GET "
                        + server.getPath()
                        + " HTTP/1.1\r\nHost: "
                        + server.getHost()
                        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mcp\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        return head.getBytes(StandardCharsets.US_ASCII);
    }

    /** A mask of zeros leaves the bytes as they are. */
    @Override
    public void send(byte[] message) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(message.length + 10 + MASK_BYTES);
        frame.put((byte) BINARY).put((byte) (MASKED | 127)).putLong(message.length);
        if (message.length <= 125) {
            frame.clear().put((byte) BINARY).put((byte) (MASKED | message.length));
        } else if (message.length <= 0xffff) {
            frame.clear().put((byte) BINARY).put((byte) (MASKED | 126));
            frame.putShort((short) message.length);
        }
        frame.putInt(0).put(message);
        out.write(frame.array(), 0, frame.position());
        out.flush();
    }

    @Override
    public @Nullable String read() throws IOException {
        while (true) {
            int head = in.read();
            if (head < 0 || head == CLOSE) {
                return null;
            }
            int length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(in.readLong());
            }
            byte[] payload = in.readNBytes(length);
            if (head != PING) {
                return new String(payload, StandardCharsets.UTF_8);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
