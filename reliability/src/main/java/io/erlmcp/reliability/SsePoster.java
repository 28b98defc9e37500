package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/** The way to the server of an HTTP+SSE client (2024-11-05): posts to where its stream says. */
final class SsePoster implements AutoCloseable {
    private final RawHttp connection;

    private SsePoster(RawHttp connection) {
        this.connection = connection;
    }

    /** Where a node serves it. */
    static URI of(NodeProcess node) {
        return URI.create(node.mcp() + "/sse");
    }

    /** Reads the stream on {@code socket}, whose request was sent, up to its first event. */
    static SsePoster behind(Socket socket, URI server, Duration patience) throws IOException {
        InputStream in = socket.getInputStream();
        String line = line(in);
        while (!line.startsWith("data:")) {
            line = line(in);
        }
        return at(server.resolve(line.substring(5).strip()), patience);
    }

    /** To the place that a stream named. */
    static SsePoster at(URI place, Duration patience) throws IOException {
        return new SsePoster(new RawHttp(place, patience));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the stream ended after \"" + line + '"');
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }

    /** The message is taken; what it leads to comes on the stream. */
    void post(byte[] message) throws IOException {
        connection.post(message);
        int status = connection.answer().status();
        if (status != 202) {
            throw new IOException("a message was answered with " + status);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
