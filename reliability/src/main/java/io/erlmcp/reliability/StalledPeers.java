package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Peers that ask and never read the answer. */
final class StalledPeers implements AutoCloseable {
    /** How they are connected, and to what they do not listen. */
    enum Kind {
        /** Half of them a stream of changes, half a call that talks without end. */
        HTTP,
        WEBSOCKET,
        TCP,
        /** The stream of a legacy session that subscribed. */
        HTTP_GET,
        /** The stream of HTTP+SSE, likewise. */
        SSE;

        String figure() {
            return name().toLowerCase(Locale.ROOT);
        }

        URI of(NodeProcess node) {
            return switch (this) {
                case HTTP, HTTP_GET -> node.mcp();
                case WEBSOCKET -> Way.WEBSOCKET.of(node);
                case TCP -> Way.TCP.of(node);
                case SSE -> SsePoster.of(node);
            };
        }
    }

    /** Long enough that what is told to many is worth sharing. */
    static final String BUSY = "test://busy/" + "x".repeat(2_000);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int RECEIVE_BYTES = 4 << 10;
    private static final int NOTES = 1_000_000;
    private static final int NOTE_BYTES = 4_000;

    private final int serverPort;
    private final List<Socket> sockets = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    private StalledPeers(int serverPort) {
        this.serverPort = serverPort;
    }

    static StalledPeers open(Kind kind, NodeProcess node, int count) throws IOException {
        URI server = kind.of(node);
        StalledPeers peers = new StalledPeers(server.getPort());
        try {
            for (int i = 0; i < count; i++) {
                peers.add(kind, server, i % 2 == 0 ? listen(i) : talk(i));
            }
            return peers;
        } catch (IOException e) {
            peers.close();
            throw e;
        }
    }

    private static JsonObject listen(int id) {
        return Rpc.modern(
                id,
                "subscriptions/listen",
                JsonObject.of(
                        "notifications",
                        JsonObject.of("resourceSubscriptions", JsonArray.of(BUSY))));
    }

    /** A call of a tool that talks without end. */
    static JsonObject talk(int id) {
        JsonObject call = Rpc.call("emit", JsonObject.of("n", NOTES, "bytes", NOTE_BYTES));
        JsonObject whole = Rpc.modern(id, "tools/call", call);
        JsonObject params = whole.requireObject("params");
        JsonObject meta = params.requireObject("_meta").with("progressToken", id);
        return whole.with("params", params.with("_meta", meta));
    }

    private static JsonObject subscribe() {
        return Rpc.legacy(1, "resources/subscribe", JsonObject.of("uri", BUSY));
    }

    private void add(Kind kind, URI server, JsonObject request) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        // before the connection is made, so that the window never grows
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        ports.add(socket.getLocalPort());
        byte[] body = Rpc.bytes(request);
        switch (kind) {
            case HTTP -> {
                String[] headers = RawHttp.modernHeaders(request);
                send(socket, RawHttp.postHead(server, body.length, headers));
                socket.getOutputStream().write(body);
            }
            case WEBSOCKET -> new RawWebSocket(server, socket, Duration.ZERO).send(body);
            case TCP -> {
                socket.getOutputStream().write(body);
                socket.getOutputStream().write('\n');
            }
            case HTTP_GET -> get(socket, server);
            case SSE -> sse(socket, server);
        }
    }

    private static void get(Socket socket, URI server) throws IOException {
        try (RawHttp other = new RawHttp(server, PATIENCE)) {
            String[] session = Load.session(other);
            send(socket, RawHttp.streamHead(server, session));
            other.post(Rpc.bytes(subscribe()), session);
            if (other.answer().status() != 200) {
                throw new IOException("no subscription");
            }
        }
    }

    /** Reads where to post, and nothing after that. */
    private static void sse(Socket socket, URI server) throws IOException {
        send(socket, RawHttp.streamHead(server));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        try (SsePoster poster = SsePoster.behind(socket, server, PATIENCE)) {
            poster.post(Rpc.bytes(Rpc.initialize(0)));
            poster.post(Rpc.INITIALIZED.getBytes(StandardCharsets.UTF_8));
            poster.post(Rpc.bytes(subscribe()));
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads all that comes for a while, as fast as it comes: these are no stalled peers yet. */
    void read(Duration time) throws IOException {
        byte[] bytes = new byte[64 << 10];
        long began = System.nanoTime();
        while (System.nanoTime() - began < time.toNanos()) {
            int taken = 0;
            for (Socket socket : sockets) {
                if (socket.getInputStream().available() > 0) {
                    taken += socket.getInputStream().read(bytes);
                }
            }
            if (taken == 0) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** How many the node still holds. */
    int established() throws IOException {
        Set<Integer> open = OpenSockets.localPorts(serverPort);
        return (int) ports.stream().filter(open::contains).count();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
