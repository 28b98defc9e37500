package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One connection to an HTTP server, on a bare socket: what is sent is exactly what is given, and an
 * answer is complete only when its last byte arrived. Not safe for several threads.
 */
final class RawHttp implements AutoCloseable {
    private static final int MAX_LINE_BYTES = 64 << 10;

    /** The head of an answer. */
    record Head(int status, Map<String, String> headers) {
        boolean closes() {
            return "close".equalsIgnoreCase(headers.get("connection"));
        }

        boolean isStream() {
            return headers.getOrDefault("content-type", "").startsWith("text/event-stream");
        }
    }

    /** An answer whose last byte arrived. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    record Answer(Head head, byte[] body) {
        int status() {
            return head.status();
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final URI server;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    RawHttp(URI server, Duration readLimit) throws IOException {
        this(server, readLimit, 0);
    }

    /**
     * @param receiveBytes what the kernel may take in advance, 0 for as much as it likes
     */
    RawHttp(URI server, Duration readLimit, int receiveBytes) throws IOException {
        this.server = server;
        this.socket = new Socket();
        try {
            if (receiveBytes > 0) {
                // before the connection is made, so that the window never grows
                socket.setReceiveBufferSize(receiveBytes);
            }
            socket.connect(
                    new InetSocketAddress(server.getHost(), server.getPort()),
                    (int) readLimit.toMillis());
            socket.setSoTimeout((int) readLimit.toMillis());
            socket.setTcpNoDelay(true);
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The head of a POST of {@code length} bytes, with more header lines. */
    static String postHead(URI server, int length, String... headerLines) {
        StringBuilder head =
                new StringBuilder(
                        "POST "
                                + target(server)
                                + " HTTP/1.1\r\nHost: "
                                + server.getAuthority()
                                + "\r\nContent-Type: application/json\r\n"
                                + "Accept: application/json, text/event-stream\r\nContent-Length: "
                                + length
                                + "\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /** The head of a GET that asks for a stream, with more header lines. */
    static String streamHead(URI server, String... headerLines) {
        StringBuilder head = new StringBuilder("GET " + target(server) + " HTTP/1.1\r\nHost: ");
        head.append(server.getAuthority()).append("\r\nAccept: text/event-stream\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static String target(URI server) {
        String query = server.getRawQuery();
        return query == null ? server.getPath() : server.getPath() + '?' + query;
    }

    /** The headers that a modern request must carry. */
    static String[] modernHeaders(JsonObject message) {
        String version = "MCP-Protocol-Version: " + Rpc.MODERN;
        String method = "Mcp-Method: " + message.requireString("method");
        JsonObject params = message.object("params").orElse(JsonObject.EMPTY);
        String name = params.string("name").or(() -> params.string("uri")).orElse(null);
        return name == null
                ? new String[] {version, method}
                : new String[] {version, method, "Mcp-Name: " + name};
    }

    void post(byte[] body, String... headerLines) throws IOException {
        byte[] head =
                postHead(server, body.length, headerLines).getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[head.length + body.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        send(whole);
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /**
     * Reads one whole answer; an {@link EOFException} says that the connection ended before it did.
     */
    Answer answer() throws IOException {
        Head head = head();
        return new Answer(head, body(head).readAllBytes());
    }

    /** Reads the head; the body is next. */
    Head head() throws IOException {
        String status = line();
        if (!status.matches("HTTP/1\\.1 [1-5][0-9][0-9]( .*)?")) {
            throw new IOException("no status line: " + status);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("no header: " + line);
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Head(Integer.parseInt(status.substring(9, 12)), headers);
    }

    /**
     * The body after {@code head}; its end is the end of the message, anything earlier an {@link
     * EOFException}.
     */
    InputStream body(Head head) {
        if ("chunked".equalsIgnoreCase(head.headers().get("transfer-encoding"))) {
            return new Chunks();
        }
        return new Counted(Long.parseLong(head.headers().getOrDefault("content-length", "0")));
    }

    /** True when the peer closed and nothing more came. */
    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended after \"" + line + '"');
            }
            if (line.length() == MAX_LINE_BYTES) {
                throw new IOException("a line without end");
            }
            line.append((char) b);
        }
        int last = line.length() - 1;
        if (last < 0 || line.charAt(last) != '\r') {
            throw new IOException("a line ends with a bare line feed: " + line);
        }
        return line.substring(0, last);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // there is nothing left to lose
        }
    }

    /** Gives single bytes: reading ahead would wait for bytes that may not come. */
    private abstract static class SingleBytes extends InputStream {
        /** The next byte, or -1 at the proper end. */
        abstract int next() throws IOException;

        @Override
        public int read() throws IOException {
            return next();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int b = next();
            if (b < 0) {
                return -1;
            }
            buffer[offset] = (byte) b;
            return 1;
        }
    }

    private final class Counted extends SingleBytes {
        private long left;

        Counted(long left) {
            this.left = left;
        }

        @Override
        int next() throws IOException {
            if (left == 0) {
                return -1;
            }
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the connection ended " + left + " bytes before the body");
            }
            left--;
            return b;
        }
    }

    private final class Chunks extends SingleBytes {
        private long left;
        private boolean isAtEnd;

        @Override
        int next() throws IOException {
            if (left == 0 && !isAtEnd) {
                nextChunk();
            }
            if (isAtEnd) {
                return -1;
            }
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the connection ended in the middle of a chunk");
            }
            left--;
            if (left == 0 && !line().isEmpty()) {
                throw new IOException("a chunk is longer than it says");
            }
            return b;
        }

        private void nextChunk() throws IOException {
            left = Long.parseLong(line(), 16);
            if (left == 0) {
                isAtEnd = true;
                if (!line().isEmpty()) {
                    throw new IOException("a trailer that nobody announced");
                }
            }
        }
    }
}
