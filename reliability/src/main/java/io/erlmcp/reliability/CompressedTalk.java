package io.erlmcp.reliability;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A WebSocket client with permessage-deflate by hand (RFC 7692), beside the suite, which has no
 * cases of compression: messages of all sizes and kinds, whole and in fragments, compressed and
 * not, go to a server that sends each back.
 */
final class CompressedTalk implements AutoCloseable {
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int FINAL = 0x80;
    private static final int COMPRESSED = 0x40;
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final String agreed;
    private final boolean isAlone;
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final Inflater inflater = new Inflater(true);
    private boolean wasCompressed;

    /**
     * Shakes hands.
     *
     * @param offer what stands in Sec-WebSocket-Extensions
     */
    CompressedTalk(URI server, String offer, Duration patience) throws IOException {
        socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) patience.toMillis());
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        String request = new String(RawWebSocket.request(server), StandardCharsets.US_ASCII);
        String extension = "\r\nSec-WebSocket-Extensions: " + offer + "\r\n\r\n";
        out.write(request.stripTrailing().concat(extension).getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) in.readUnsignedByte());
        }
        agreed =
                answer.toString()
                        .lines()
                        .filter(
                                line ->
                                        line.toLowerCase(Locale.ROOT)
                                                .startsWith("sec-websocket-extensions:"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("");
        isAlone = agreed.contains("client_no_context_takeover");
    }

    /** What the server agreed to; empty for no compression. */
    String agreed() {
        return agreed;
    }

    /** Whether the last message that came was compressed. */
    boolean wasCompressed() {
        return wasCompressed;
    }

    /**
     * Sends a message in so many frames.
     *
     * @param isText or else binary
     */
    void send(byte[] message, boolean isText, boolean isCompressed, int frames, Random random)
            throws IOException {
        byte[] payload = isCompressed ? deflated(message) : message;
        int at = 0;
        for (int i = 0; i < frames; i++) {
            boolean isLast = i == frames - 1;
            int end = isLast ? payload.length : at + random.nextInt(payload.length - at + 1);
            int head = i > 0 ? 0 : (isText ? TEXT : BINARY) | (isCompressed ? COMPRESSED : 0);
            frame(head | (isLast ? FINAL : 0), Arrays.copyOfRange(payload, at, end), random);
            at = end;
        }
        out.flush();
    }

    /** Sends what is to be taken for compressed. */
    void sendAsCompressed(byte[] payload, Random random) throws IOException {
        frame(FINAL | COMPRESSED | BINARY, payload, random);
        out.flush();
    }

    private byte[] deflated(byte[] message) {
        if (isAlone) {
            deflater.reset();
        }
        deflater.setInput(message);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] part = new byte[8_192];
        int taken = deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
        while (taken > 0) {
            whole.write(part, 0, taken);
            taken =
                    taken < part.length
                            ? 0
                            : deflater.deflate(part, 0, part.length, Deflater.SYNC_FLUSH);
        }
        byte[] bytes = whole.toByteArray();
        return Arrays.copyOf(bytes, bytes.length - TAIL.length);
    }

    private void frame(int head, byte[] payload, Random random) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.write(head);
        if (payload.length <= 125) {
            frame.write(0x80 | payload.length);
        } else if (payload.length <= 0xffff) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        frame.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ mask[i & 3]);
        }
        out.write(frame.toByteArray());
    }

    /** The next message, expanded. */
    byte[] read() throws IOException, DataFormatException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        int head = in.readUnsignedByte();
        wasCompressed = (head & COMPRESSED) != 0;
        while (true) {
            if ((head & 0x0f) == CLOSE) {
                throw new EOFException("the server closed the connection");
            }
            long length = in.readUnsignedByte();
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            whole.writeBytes(in.readNBytes(Math.toIntExact(length)));
            if ((head & FINAL) != 0) {
                return wasCompressed ? inflated(whole.toByteArray()) : whole.toByteArray();
            }
            head = in.readUnsignedByte();
        }
    }

    private byte[] inflated(byte[] payload) throws DataFormatException {
        if (agreed.contains("server_no_context_takeover")) {
            inflater.reset();
        }
        byte[] input = Arrays.copyOf(payload, payload.length + TAIL.length);
        System.arraycopy(TAIL, 0, input, payload.length, TAIL.length);
        inflater.setInput(input);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] part = new byte[8_192];
        for (int taken = inflater.inflate(part); taken > 0; taken = inflater.inflate(part)) {
            whole.write(part, 0, taken);
        }
        return whole.toByteArray();
    }

    @Override
    public void close() throws IOException {
        deflater.end();
        inflater.end();
        socket.close();
    }
}
