package io.erlmcp.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A peer that sends exactly the bytes it is told to, and reads answers. */
final class RawClient implements AutoCloseable {
    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    /** An answer; header names in lower case. */
    record Answer(int status, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    RawClient(int port) throws IOException {
        this(port, 0);
    }

    /**
     * @param receiveBytes the size of the receive buffer, 0 for the system's own
     */
    RawClient(int port, int receiveBytes) throws IOException {
        socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        in = new BufferedInputStream(socket.getInputStream());
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends until the peer stops us, as one who does not listen. */
    RawClient sendQuietly(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException ended) {
            // the answer is what matters
        }
        return this;
    }

    Answer answer() throws IOException {
        return answer("POST");
    }

    /**
     * Reads the answer to a request with {@code method}, its body by Content-Length or until the
     * end of chunks.
     */
    Answer answer(String method) throws IOException {
        String statusLine = line();
        if (!statusLine.startsWith("HTTP/1.1 ")) {
            throw new IOException("no status line: " + statusLine);
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).trim();
            if (headers.put(name, value) != null) {
                throw new IOException("header twice: " + name);
            }
        }
        byte[] body = new byte[0];
        if (headers.containsKey("content-length") && !method.equals("HEAD")) {
            body = in.readNBytes(Integer.parseInt(headers.get("content-length")));
        }
        return new Answer(status, headers, body);
    }

    /** One line without its CR LF. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("closed after \"" + line + "\"");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r")) {
            throw new IOException("line without CR: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    /** One chunk of a chunked answer; empty at its end. */
    String chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        byte[] data = in.readNBytes(size);
        if (!line().isEmpty()) {
            throw new IOException("chunk without line end");
        }
        return new String(data, StandardCharsets.UTF_8);
    }

    /** Whether the server closed the connection, in whatever way, after what was read so far. */
    boolean isClosedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** All that comes until the server closes. */
    String rest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                rest.write(buffer, 0, n);
            }
        } catch (SocketException reset) {
            // an end as good as another
        }
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    int read() throws IOException {
        return in.read();
    }

    /** Closes with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
