package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** What clients of a node do wrong, or too much of. */
final class PeerFaults {
    private static final int CROWD = 100;
    private static final int STALLED = 6;

    private PeerFaults() {}

    static Fault overload() {
        return new Fault(
                "overload",
                List.of(
                        Sign.stands("erlmcp_calls_waiting"),
                        Sign.rises("erlmcp_calls_shed_total"),
                        Sign.rises("erlmcp_queue_warnings_total"),
                        Sign.rises("erlmcp_errors_total", "-31001"),
                        Sign.says("calls are waiting for a place")),
                scene -> {
                    AtomicBoolean isOver = new AtomicBoolean();
                    List<Thread> crowd = new ArrayList<>();
                    for (int i = 0; i < CROWD; i++) {
                        crowd.add(Threads.startVirtual("crowd " + i, () -> press(scene, isOver)));
                    }
                    return () -> {
                        isOver.set(true);
                        for (Thread each : crowd) {
                            each.join();
                        }
                    };
                });
    }

    private static void press(Scene scene, AtomicBoolean isOver) {
        JsonObject call = Rpc.modern(1, "tools/call", Rpc.sleep(200));
        try (RawHttp http = new RawHttp(scene.node().mcp(), Scene.PATIENCE)) {
            while (!isOver.get()) {
                http.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
                if (http.answer().status() != 200) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Fault stalled() {
        return new Fault(
                "clients_that_do_not_read",
                List.of(
                        Sign.rises("erlmcp_http_slow_readers_cut_total"),
                        Sign.rises("erlmcp_http_connections_closed_total", "slow_reader"),
                        Sign.says("cut a peer that does not read")),
                scene -> {
                    StalledPeers peers =
                            StalledPeers.open(StalledPeers.Kind.HTTP, scene.node(), STALLED);
                    return peers::close;
                });
    }

    static Fault slow() {
        return new Fault(
                "slow_clients",
                List.of(Sign.rises("erlmcp_http_connections_closed_total", "header_timeout")),
                scene -> {
                    RawHttp http = new RawHttp(scene.node().mcp(), Scene.PATIENCE);
                    http.send("POST /mcp HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
                    return http::close;
                });
    }

    static Fault malformed() {
        return new Fault(
                "malformed_messages",
                List.of(
                        Sign.rises("erlmcp_messages_refused_total", "code=\"-32700\""),
                        Sign.rises("erlmcp_http_refused_total", "400")),
                scene -> {
                    try (RawHttp http = new RawHttp(scene.node().mcp(), Scene.PATIENCE)) {
                        http.post("{nothing".getBytes(StandardCharsets.US_ASCII));
                        http.answer();
                    }
                    try (RawHttp http = new RawHttp(scene.node().mcp(), Scene.PATIENCE)) {
                        http.send("NOTHING\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        http.answer();
                    }
                    return Fault.Cure.NONE;
                });
    }

    static Fault foreignOrigin() {
        return new Fault(
                "foreign_origin",
                List.of(Sign.rises("erlmcp_http_refused_total", "403")),
                scene -> {
                    byte[] body = Rpc.bytes(Rpc.initialize(1));
                    try (RawHttp http = new RawHttp(scene.node().mcp(), Scene.PATIENCE)) {
                        http.post(body, "Origin: http://somewhere.example");
                        http.answer();
                    }
                    return Fault.Cure.NONE;
                });
    }

    /** The log of a session holds {@code kept} events; more come, and the first are asked for. */
    static Fault lostHistory(int kept) {
        return new Fault(
                "event_log_overflow",
                List.of(Sign.rises("erlmcp_replays_refused_total")),
                scene -> {
                    // the first events may come late, and then they are the newest
                    boolean isLost =
                            FullDisk.within(
                                    Scene.PATIENCE.toMillis(),
                                    () ->
                                            CutStreams.loseHistory(scene.node().mcp(), 5 * kept)
                                                    == 400);
                    if (!isLost) {
                        throw new IOException("no history is ever lost");
                    }
                    return Fault.Cure.NONE;
                });
    }

    static Fault sessions(int most) {
        return new Fault(
                "sessions_full",
                List.of(
                        Sign.stands("erlmcp_sessions"),
                        Sign.rises(
                                "erlmcp_requests_seconds_count",
                                "method=\"initialize\",outcome=\"refused\"")),
                scene -> {
                    List<String> opened = new ArrayList<>();
                    try (RawHttp http = new RawHttp(scene.node().mcp(), Scene.PATIENCE)) {
                        for (int i = 0; i <= most; i++) {
                            http.post(Rpc.bytes(Rpc.initialize(i)));
                            RawHttp.Head head = http.answer().head();
                            if (head.status() == 200) {
                                opened.add(head.headers().getOrDefault("mcp-session-id", ""));
                            }
                        }
                    }
                    return () -> end(scene, opened);
                });
    }

    private static void end(Scene scene, List<String> sessions) throws IOException {
        try (RawHttp http = new RawHttp(scene.node().mcp(), Scene.PATIENCE)) {
            for (String id : sessions) {
                String head =
                        "DELETE /mcp HTTP/1.1\r\nHost: "
                                + scene.node().mcp().getAuthority()
                                + "\r\nMcp-Session-Id: "
                                + id
                                + "\r\n\r\n";
                http.send(head.getBytes(StandardCharsets.US_ASCII));
                http.answer();
            }
        }
    }

    /** A node asks for certificates, and somebody comes without one. */
    static Fault noCertificate() {
        return new Fault(
                "refused_logins",
                List.of(Sign.rises("erlmcp_tls_handshakes_failed_total")),
                scene -> {
                    new ProcessBuilder(
                                    "openssl",
                                    "s_client",
                                    "-connect",
                                    scene.node().mcp().getAuthority())
                            .redirectInput(new java.io.File("/dev/null"))
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
                    return Fault.Cure.NONE;
                });
    }
}
