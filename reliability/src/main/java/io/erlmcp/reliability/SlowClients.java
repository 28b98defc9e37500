package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Connections that are slow in one way, driven by one thread: each step every one of them sends or
 * reads one byte, if it is still there.
 */
final class SlowClients implements AutoCloseable {
    /** In which way a client is slow. */
    enum Kind {
        /** A head, or the request to change to WebSocket, that never ends. TCP has none. */
        HEADS,
        /** A body, a frame or a line that never ends. */
        BODIES,
        /** The talk of a tool that does not end, read a byte a step. */
        READS;

        boolean exists(Way way) {
            return this != HEADS || way != Way.TCP;
        }

        String figure(Way way) {
            return way.figure() + "_slow_" + name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int RECEIVE_BYTES = 4 << 10;
    private static final int BODY_BYTES = 1_000_000;

    private final Way way;
    private final Kind kind;
    private final URI server;
    private final List<Socket> sockets = new ArrayList<>();

    private SlowClients(Way way, Kind kind, URI server) {
        this.way = way;
        this.kind = kind;
        this.server = server;
    }

    static SlowClients open(Way way, Kind kind, NodeProcess node, int count) throws IOException {
        SlowClients clients = new SlowClients(way, kind, way.of(node));
        try {
            for (int i = 0; i < count; i++) {
                clients.add(i);
            }
            return clients;
        } catch (IOException e) {
            clients.close();
            throw e;
        }
    }

    Kind kind() {
        return kind;
    }

    Way way() {
        return way;
    }

    private void add(int id) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        if (kind == Kind.READS) {
            socket.setReceiveBufferSize(RECEIVE_BYTES);
        }
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        if (kind == Kind.HEADS) {
            send(socket, "GET " + server.getPath() + " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
            return;
        }
        JsonObject request = StalledPeers.talk(id);
        switch (way) {
            case HTTP -> http(socket, request);
            case WEBSOCKET -> {
                RawWebSocket frames = new RawWebSocket(server, socket, Duration.ofSeconds(10));
                if (kind == Kind.READS) {
                    frames.send(Rpc.bytes(request));
                } else {
                    // the head of a masked text frame of which the rest comes a byte a step
                    byte[] head = {(byte) 0x81, (byte) 0xfe, 0x40, 0, 0, 0, 0, 0, '{'};
                    socket.getOutputStream().write(head);
                }
            }
            case TCP -> {
                if (kind == Kind.READS) {
                    socket.getOutputStream().write(Rpc.bytes(request));
                    socket.getOutputStream().write('\n');
                } else {
                    socket.getOutputStream().write('{');
                }
            }
        }
    }

    private void http(Socket socket, JsonObject request) throws IOException {
        if (kind == Kind.READS) {
            byte[] body = Rpc.bytes(request);
            send(socket, RawHttp.postHead(server, body.length, RawHttp.modernHeaders(request)));
            socket.getOutputStream().write(body);
        } else {
            send(socket, RawHttp.postHead(server, BODY_BYTES) + "{");
        }
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** One byte more from or to each that is still held; returns how many those are. */
    int step() throws IOException {
        Set<Integer> open = OpenSockets.localPorts(server.getPort());
        int left = 0;
        for (Socket socket : sockets) {
            if (open.contains(socket.getLocalPort())) {
                left++;
                step(socket);
            }
        }
        return left;
    }

    private void step(Socket socket) {
        try {
            if (kind != Kind.READS) {
                socket.getOutputStream().write(' ');
            } else if (socket.getInputStream().available() > 0) {
                var _ = socket.getInputStream().read();
            }
        } catch (IOException e) {
            // it was cut since we looked; the next look tells
        }
    }

    Set<Integer> ports() {
        Set<Integer> ports = new HashSet<>();
        sockets.forEach(socket -> ports.add(socket.getLocalPort()));
        return ports;
    }

    @Override
    public void close() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // it is gone all the same
            }
        }
    }
}
