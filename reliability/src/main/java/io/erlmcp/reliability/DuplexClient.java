package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A session of the legacy era that is a connection, and may be left without a farewell. */
final class DuplexClient {
    private final Socket socket;
    private final DuplexFrames.Wire wire;

    private DuplexClient(Socket socket, DuplexFrames.Wire wire) {
        this.socket = socket;
        this.wire = wire;
    }

    /**
     * Connects and initializes.
     *
     * @param from the address to come from, or null for any
     */
    static DuplexClient open(Way way, URI server, @Nullable InetAddress from, Duration patience)
            throws IOException {
        Socket socket = new Socket();
        try {
            if (from != null) {
                socket.bind(new InetSocketAddress(from, 0));
            }
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) patience.toMillis());
            DuplexClient client = new DuplexClient(socket, wire(way, server, socket, patience));
            client.ask(Rpc.initialize(0));
            client.wire.send(Rpc.INITIALIZED.getBytes(StandardCharsets.UTF_8));
            return client;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static DuplexFrames.Wire wire(Way way, URI server, Socket socket, Duration patience)
            throws IOException {
        return switch (way) {
            case WEBSOCKET -> new RawWebSocket(server, socket, patience);
            case TCP -> new DuplexFrames.Lines(socket.getInputStream(), socket.getOutputStream());
            case HTTP -> throw new IllegalArgumentException("HTTP is no duplex connection");
        };
    }

    /** The first message after {@code request}, which must be no error. */
    void ask(JsonObject request) throws IOException {
        wire.send(Rpc.bytes(request));
        String answer = wire.read();
        if (answer == null) {
            throw new EOFException("the connection ended");
        }
        if (answer.contains("\"error\"")) {
            throw new IOException("refused: " + answer);
        }
    }

    /** Resets the connection, which leaves no waiting port behind. */
    void abort() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // it is gone all the same
        }
    }
}
