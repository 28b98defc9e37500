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
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Peers that ask and never read the answer. */
final class StalledPeers implements AutoCloseable {
    /** Long enough that what is told to many is worth sharing. */
    static final String BUSY = "test://busy/" + "x".repeat(2_000);

    private static final int RECEIVE_BYTES = 4 << 10;
    private static final int NOTES = 1_000_000;
    private static final int NOTE_BYTES = 4_000;

    private final int serverPort;
    private final List<Socket> sockets = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    private StalledPeers(int serverPort) {
        this.serverPort = serverPort;
    }

    static StalledPeers open(Way way, NodeProcess node, int count) throws IOException {
        StalledPeers peers = new StalledPeers(way.of(node).getPort());
        for (int i = 0; i < count; i++) {
            peers.add(way, way.of(node), i % 2 == 0 ? listen(i) : talk(i));
        }
        return peers;
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

    private void add(Way way, URI server, JsonObject request) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        // before the connection is made, so that the window never grows
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        ports.add(socket.getLocalPort());
        byte[] body = Rpc.bytes(request);
        switch (way) {
            case HTTP -> {
                socket.getOutputStream()
                        .write(
                                RawHttp.postHead(
                                                server, body.length, RawHttp.modernHeaders(request))
                                        .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(body);
            }
            case WEBSOCKET -> new RawWebSocket(server, socket, Duration.ZERO).send(body);
            case TCP -> {
                socket.getOutputStream().write(body);
                socket.getOutputStream().write('\n');
            }
        }
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
