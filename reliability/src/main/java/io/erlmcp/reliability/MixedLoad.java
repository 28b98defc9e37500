package io.erlmcp.reliability;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of all kinds at one node: sessions that are ended and that are left, on every transport;
 * requests of the modern era, streams, subscriptions, tasks, an upstream server, calls that are
 * cancelled, that fail, and whose clients vanish; messages that are none.
 *
 * <p>Process model: a virtual thread for each client, joined by {@link #stop}.
 */
final class MixedLoad {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CLIENTS = 8;
    private static final List<Turn> TURNS = List.of(Turn.values());
    private static final int INTERNAL = -32603;
    private static final int INVALID = -32602;
    private static final String WATCHED = "test://mixed/watched";

    private final Scene scene;
    private final Trial trial;
    private final boolean hasUpstream;
    private final Findings findings;
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean isStopped;

    MixedLoad(Scene scene, Trial trial, boolean hasUpstream, Findings findings) {
        this.scene = scene;
        this.trial = trial;
        this.hasUpstream = hasUpstream;
        this.findings = findings;
    }

    void start() {
        for (int i = 0; i < CLIENTS; i++) {
            Random random = trial.random("client " + i);
            clients.add(Threads.startVirtual("client " + i, () -> run(random)));
        }
    }

    void stop() throws InterruptedException {
        isStopped = true;
        for (Thread client : clients) {
            findings.check(client.join(PATIENCE), client.getName() + " hangs");
        }
    }

    private void run(Random random) {
        while (!isStopped) {
            Turn turn = TURNS.get(random.nextInt(TURNS.size()));
            try {
                take(turn, random);
                findings.count("turns_" + turn.name().toLowerCase(java.util.Locale.ROOT), 1);
            } catch (IOException | RuntimeException | ResumingReader.Refused e) {
                findings.fail(turn + ": " + e);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(40)));
        }
    }

    /** What one client does between two pauses. */
    private enum Turn {
        HTTP_SESSION,
        WEBSOCKET_SESSION,
        TCP_SESSION,
        SSE_SESSION,
        MODERN,
        LISTEN,
        CUT_STREAM,
        CANCELLED,
        VANISHED,
        MALFORMED
    }

    private void take(Turn turn, Random random) throws IOException, ResumingReader.Refused {
        switch (turn) {
            case HTTP_SESSION -> session(Way.HTTP, random);
            case WEBSOCKET_SESSION -> session(Way.WEBSOCKET, random);
            case TCP_SESSION -> session(Way.TCP, random);
            case SSE_SESSION -> sse();
            case MODERN -> modern(random);
            case LISTEN -> listen();
            case CUT_STREAM -> cutStream(random);
            case CANCELLED -> cancelled(random);
            case VANISHED -> vanished();
            case MALFORMED -> malformed();
        }
    }

    // ---- sessions ----

    private void session(Way way, Random random) throws IOException {
        try (GoodClient client = GoodClient.open(way, way.of(scene.node()), PATIENCE)) {
            for (int i = 0; i < 10 && !isStopped; i++) {
                switch (random.nextInt(8)) {
                    case 0 -> client.echo("x".repeat(random.nextInt(20_000)));
                    case 1 -> expect(client, "no_such_tool", JsonObject.EMPTY, INVALID);
                    case 2 -> expect(client, "crash", JsonObject.of("kind", "exception"), INTERNAL);
                    case 3 -> client.call("sleep", JsonObject.of("ms", random.nextInt(20)));
                    case 4 -> subscribe(client);
                    case 5 -> task(client);
                    case 6 ->
                            client.call(
                                    "counter_add", JsonObject.of("key", "k" + random.nextInt(20)));
                    default -> client.call("big", JsonObject.of("bytes", 30_000));
                }
            }
        }
    }

    private void expect(GoodClient client, String tool, JsonObject arguments, int code)
            throws IOException {
        JsonObject answer = client.ask("tools/call", Rpc.call(tool, arguments));
        long got = answer.object("error").flatMap(it -> it.integer("code")).orElse(0L);
        findings.check(got == code, tool + " is answered with " + answer);
    }

    private void subscribe(GoodClient client) throws IOException {
        JsonObject uri = JsonObject.of("uri", WATCHED);
        JsonObject answer = client.ask("resources/subscribe", uri);
        findings.check(answer.has("result"), "no subscription: " + answer);
        client.call("touch", uri);
    }

    /** Half of the results are never asked for. */
    private void task(GoodClient client) throws IOException {
        JsonObject call =
                Rpc.call("slow_compute", JsonObject.of("seconds", 0.02))
                        .with("task", JsonObject.of("ttl", 5_000));
        JsonObject answer = client.ask("tools/call", call);
        String id =
                answer.object("result")
                        .flatMap(it -> it.object("task"))
                        .flatMap(it -> it.string("taskId"))
                        .orElse("");
        findings.check(!id.isEmpty(), "no task: " + answer);
        findings.count("tasks", 1);
        if (id.hashCode() % 2 == 0) {
            JsonObject result = client.ask("tasks/result", JsonObject.of("taskId", id));
            findings.check(result.has("result"), "no result of a task: " + result);
        }
    }

    private void sse() throws IOException {
        try (SseWire wire = new SseWire(SsePoster.of(scene.node()), PATIENCE)) {
            ask(wire, Rpc.initialize(0));
            wire.send(Rpc.INITIALIZED.getBytes(StandardCharsets.UTF_8));
            JsonObject echo = Rpc.call("echo_blocking", JsonObject.of("text", "over sse"));
            JsonObject answer = ask(wire, Rpc.legacy(1, "tools/call", echo));
            findings.check(
                    "over sse".equals(Rpc.text(answer, JsonNumber.of(1))), "over SSE: " + answer);
        }
    }

    private static JsonObject ask(DuplexFrames.Wire wire, JsonObject request) throws IOException {
        wire.send(Rpc.bytes(request));
        while (true) {
            String message = wire.read();
            if (message == null) {
                throw new EOFException("the connection ended");
            }
            JsonObject answer = Json.parseObject(message);
            if (!answer.has("method")) {
                return answer;
            }
        }
    }

    // ---- requests of the modern era ----

    private void modern(Random random) throws IOException {
        try (RawHttp http = new RawHttp(scene.node().mcp(), PATIENCE)) {
            for (int i = 0; i < 20 && !isStopped; i++) {
                String tool =
                        hasUpstream && random.nextInt(3) == 0
                                ? "good_echo"
                                : random.nextBoolean() ? "echo" : "echo_blocking";
                String text = "modern " + i;
                JsonObject call =
                        Rpc.modern(i, "tools/call", Rpc.call(tool, JsonObject.of("text", text)));
                http.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
                RawHttp.Answer answer = http.answer();
                boolean isRight =
                        answer.status() == 200
                                && text.equals(
                                        Rpc.text(
                                                Json.parseObject(answer.body()), JsonNumber.of(i)));
                findings.check(isRight, tool + ": " + answer.status() + ' ' + answer.text());
                findings.count("modern_calls", 1);
            }
        }
    }

    /** Hears of one change, and leaves. */
    private void listen() throws IOException {
        JsonObject wanted = JsonObject.of("resourceSubscriptions", JsonArray.of(WATCHED));
        JsonObject request =
                Rpc.modern(1, "subscriptions/listen", JsonObject.of("notifications", wanted));
        try (RawHttp http = new RawHttp(scene.node().mcp(), PATIENCE)) {
            http.post(Rpc.bytes(request), RawHttp.modernHeaders(request));
            RawHttp.Head head = http.head();
            findings.check(head.isStream(), "no stream to listen to: " + head);
            EventReader events = new EventReader(http.body(head));
            JsonObject first = events.next();
            findings.check(first != null, "a stream ended by itself");
            scene.call("touch", JsonObject.of("uri", WATCHED));
            findings.check(events.next() != null, "a stream ended by itself");
        }
    }

    private void cutStream(Random random) throws IOException, ResumingReader.Refused {
        URI server = scene.node().mcp();
        ResumingReader reader = new ResumingReader(CutStreams.session(server), PATIENCE);
        ResumingReader.Ending ending =
                reader.call(server, CutStreams.emit(1, 20, 200), random.nextInt(4_000) + 1L);
        if (ending != ResumingReader.Ending.COMPLETE && random.nextBoolean()) {
            ending = reader.resume(server, Long.MAX_VALUE);
            findings.check(
                    ending == ResumingReader.Ending.COMPLETE, "a resumed stream is " + ending);
        }
    }

    // ---- those who do not wait for the end ----

    private void cancelled(Random random) throws IOException {
        Way way = random.nextBoolean() ? Way.TCP : Way.WEBSOCKET;
        try (DuplexFrames.Wire wire = wire(way)) {
            ask(wire, Rpc.initialize(0));
            wire.send(Rpc.INITIALIZED.getBytes(StandardCharsets.UTF_8));
            wire.send(Rpc.bytes(Rpc.legacy(7, "tools/call", Rpc.sleep(20_000))));
            JsonObject cancel =
                    JsonObject.of(
                            "jsonrpc",
                            "2.0",
                            "method",
                            "notifications/cancelled",
                            "params",
                            JsonObject.of("requestId", 7));
            wire.send(Rpc.bytes(cancel));
            JsonObject echo = Rpc.call("echo", JsonObject.of("text", "afterwards"));
            JsonObject answer = ask(wire, Rpc.legacy(8, "tools/call", echo));
            findings.check(
                    "afterwards".equals(Rpc.text(answer, JsonNumber.of(8))),
                    "after a cancelled call: " + answer);
        }
    }

    private DuplexFrames.Wire wire(Way way) throws IOException {
        URI server = way.of(scene.node());
        if (way == Way.WEBSOCKET) {
            return new RawWebSocket(server, PATIENCE);
        }
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return new DuplexFrames.Lines(socket.getInputStream(), socket.getOutputStream());
    }

    /** In the middle of a call, with a reset. */
    private void vanished() throws IOException {
        URI server = scene.node().mcp();
        JsonObject call = Rpc.modern(1, "tools/call", Rpc.sleep(20_000));
        byte[] body = Rpc.bytes(call);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
            String head = RawHttp.postHead(server, body.length, RawHttp.modernHeaders(call));
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            socket.setSoLinger(true, 0);
        }
    }

    private void malformed() throws IOException {
        try (RawHttp http = new RawHttp(scene.node().mcp(), PATIENCE)) {
            http.post("{\"jsonrpc\":".getBytes(StandardCharsets.US_ASCII));
            int status = http.answer().status();
            findings.check(status == 400, "what is no message is answered with " + status);
        }
    }
}
