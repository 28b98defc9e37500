package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of R28 with clients whose machine is gone: no end of the stream and no reset arrives,
 * for the address that they came from is taken away. All of them listen, so that no idle time-out
 * ends them; half of them are told something all the time, which nobody acknowledges, and half are
 * told nothing, so that only the kernel's questions tell. Needs a network of its own, see {@code
 * reliability/run}.
 */
final class VanishedPeers implements AutoCloseable {
    static final String NEVER_ASK = "never-ask";
    private static final String ADDRESS = "10.213.78.1";
    private static final String TOLD = "test://vanished/told";
    private static final String UNTOLD = "test://vanished/untold";
    private static final Duration USUAL = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(12);

    /** A ping or a comment after so much silence begins the wait for an acknowledgement anew. */
    private static final Duration USUAL_PING = Duration.ofSeconds(30);

    private static final Duration SHORT_PING = Duration.ofSeconds(5);
    private static final Duration SESSION_IDLE = Duration.ofSeconds(10);
    private static final Duration AFTER = Duration.ofSeconds(15);
    private static final Duration PATIENCE = AbandonedSessions.PATIENCE;

    /** What is listened to. */
    private enum Kind {
        TCP,
        WEBSOCKET,
        /** The stream of a legacy session. */
        HTTP_GET,
        /** A stream of the modern era. */
        HTTP_LISTEN
    }

    private final NodeProcess node;
    private final InetAddress from;
    private final List<DuplexClient> duplex = new ArrayList<>();
    private final List<Socket> streams = new ArrayList<>();

    private VanishedPeers(NodeProcess node, InetAddress from) {
        this.node = node;
        this.from = from;
    }

    static void run(Trial trial, Findings findings) throws Exception {
        boolean isFull = trial.size() == Trial.Size.FULL;
        Duration gone = isFull ? USUAL : SHORT;
        Duration ping = isFull ? USUAL_PING : SHORT_PING;
        int each = trial.pick(4, 10, 100);
        Tools.run("ip", "link", "set", "lo", "up");
        Tools.run("ip", "addr", "replace", ADDRESS + "/32", "dev", "lo");
        try (NodeProcess node = trial.launch().start(settings(trial, gone, ping), "--port", "0");
                GoodClient client = GoodClient.open(Way.HTTP, node.mcp(), PATIENCE);
                VanishedPeers peers = new VanishedPeers(node, InetAddress.getByName(ADDRESS))) {
            for (Kind kind : Kind.values()) {
                for (int i = 0; i < each; i++) {
                    peers.add(kind, i % 2 == 0 ? TOLD : UNTOLD);
                }
            }
            Tools.run("ip", "addr", "del", ADDRESS + "/32", "dev", "lo");
            int held = peers.held();
            findings.count("vanished_clients", held);
            findings.check(
                    held == each * Kind.values().length, "only " + held + " clients were there");
            peers.watch(client, gone.plus(ping).plus(AFTER), findings);
            long began = System.nanoTime();
            // the last session is that of the client that goes on
            boolean isReaped =
                    FullDisk.within(
                            SESSION_IDLE.plus(AFTER).toMillis(),
                            () -> {
                                client.echo("still here");
                                return SessionCount.of(node) == 1;
                            });
            findings.check(
                    isReaped || trial.plant() != null,
                    SessionCount.of(node) + " sessions are left of clients that are gone");
            findings.largest("vanished_sessions_reaped_after_ms", FullDisk.millisSince(began));
            findings.check(node.isAlive(), "the node ended:\n" + node.lastLines());
        }
    }

    private static Map<String, String> settings(Trial trial, Duration gone, Duration ping) {
        Map<String, String> all = new HashMap<>(Way.WITH_TCP);
        boolean never = trial.isPlanted(NEVER_ASK);
        all.put("ERLMCP_SESSIONS_IDLE_TIMEOUT", SESSION_IDLE.toSeconds() + "s");
        all.put("ERLMCP_LIMITS_DEAD_PEER", never ? "12h" : gone.toSeconds() + "s");
        all.put("ERLMCP_HTTP_KEEP_ALIVE", ping.toSeconds() + "s");
        all.put("ERLMCP_WEBSOCKET_PING", ping.toSeconds() + "s");
        if (never) {
            // nor by what WebSocket has of its own
            all.put("ERLMCP_WEBSOCKET_IDLE_TIMEOUT", "1d");
        }
        return all;
    }

    /** Tells half of them, and looks on until none is held. */
    private void watch(GoodClient client, Duration limit, Findings findings) throws IOException {
        long began = System.nanoTime();
        boolean isOver =
                FullDisk.within(
                        limit.toMillis(),
                        () -> {
                            client.call("touch", JsonObject.of("uri", TOLD));
                            return held() == 0;
                        });
        findings.largest("vanished_given_up_after_ms", FullDisk.millisSince(began));
        findings.check(isOver, held() + " clients whose machine is gone are held after " + limit);
    }

    /** Connections from the address that the kernel holds on the node's side. */
    private int held() throws IOException {
        return OpenSockets.held(Way.TCP.of(node).getPort(), ADDRESS)
                + OpenSockets.held(node.mcp().getPort(), ADDRESS);
    }

    private void add(Kind kind, String uri) throws IOException {
        switch (kind) {
            case TCP -> duplex(Way.TCP, uri);
            case WEBSOCKET -> duplex(Way.WEBSOCKET, uri);
            case HTTP_GET -> get(uri);
            case HTTP_LISTEN -> listen(uri);
        }
    }

    private void duplex(Way way, String uri) throws IOException {
        DuplexClient client = DuplexClient.open(way, way.of(node), from, PATIENCE);
        duplex.add(client);
        client.ask(Rpc.legacy(1, "resources/subscribe", JsonObject.of("uri", uri)));
    }

    private void get(String uri) throws IOException {
        URI server = node.mcp();
        String[] session;
        try (RawHttp connection = new RawHttp(server, PATIENCE)) {
            session = Load.session(connection);
            JsonObject params = JsonObject.of("uri", uri);
            connection.post(Rpc.bytes(Rpc.legacy(1, "resources/subscribe", params)), session);
            connection.answer();
        }
        String head = RawHttp.streamHead(server, session);
        stream(head.getBytes(StandardCharsets.US_ASCII));
    }

    private void listen(String uri) throws IOException {
        JsonObject wanted = JsonObject.of("resourceSubscriptions", JsonArray.of(uri));
        JsonObject request =
                Rpc.modern(1, "subscriptions/listen", JsonObject.of("notifications", wanted));
        byte[] body = Rpc.bytes(request);
        String head = RawHttp.postHead(node.mcp(), body.length, RawHttp.modernHeaders(request));
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = new byte[start.length + body.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        stream(whole);
    }

    /** A stream is open when the first byte of its head has come. */
    private void stream(byte[] request) throws IOException {
        Socket socket = new Socket();
        streams.add(socket);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(node.mcp().getHost(), node.mcp().getPort()));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write(request);
        byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
        String said = new String(status, StandardCharsets.US_ASCII);
        if (!said.equals("HTTP/1.1 200")) {
            throw new IOException("no stream, but " + said);
        }
    }

    /** What they would say now reaches nobody. */
    @Override
    public void close() {
        duplex.forEach(DuplexClient::abort);
        for (Socket socket : streams) {
            try {
                socket.close();
            } catch (IOException e) {
                // it is gone all the same
            }
        }
    }
}
