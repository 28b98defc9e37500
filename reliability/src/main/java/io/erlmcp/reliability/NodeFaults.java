package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What goes wrong in a node itself, and with what it needs of its machine. */
final class NodeFaults {
    private static final double HELD_BACK_PERCENT = 92;
    private static final int STEP_MB = 4;
    private static final int MOST_STEPS = 300;

    private NodeFaults() {}

    // ---- what is stopped on purpose ----

    static Fault halted() {
        return new Fault(
                "component_halted",
                List.of(
                        Sign.stands("erlmcp_andon_halted"),
                        Sign.rises("erlmcp_andon_halts_total"),
                        Sign.rises("erlmcp_andon_denied_total", "tools/echo"),
                        Sign.says("tools/echo is halted_manual")),
                scene -> {
                    scene.halt("tools/echo");
                    scene.call("echo", JsonObject.of("text", "x"));
                    return () -> scene.resume("tools/echo");
                });
    }

    static Fault draining() {
        return new Fault(
                "draining",
                List.of(
                        Sign.isNotReady(),
                        Sign.falls("erlmcp_ready"),
                        Sign.stands("erlmcp_graceful_shutdown_phase"),
                        Sign.rises("erlmcp_shutdown_events_total")),
                scene -> {
                    NodeProcess node = scene.node();
                    Thread call = Threads.startVirtual("call", () -> sleep(scene));
                    TimeUnit.MILLISECONDS.sleep(200); // so that it has begun
                    node.terminate();
                    return () -> {
                        Integer code = node.exitCode(Scene.PATIENCE);
                        call.join();
                        if (code == null || code != 0) {
                            throw new IOException("the node ended with " + code);
                        }
                        scene.start();
                    };
                });
    }

    private static void sleep(Scene scene) {
        try {
            scene.call("sleep", JsonObject.of("ms", 1_800));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Fault killed() {
        return new Fault(
                "killed",
                List.of(Sign.isGone()),
                scene -> {
                    scene.kill();
                    return scene::start;
                });
    }

    static Fault damagedHalts() {
        return new Fault(
                "damaged_halts",
                List.of(
                        Sign.isNotReady(),
                        Sign.stands("erlmcp_andon_halted"),
                        Sign.rises("erlmcp_andon_unreadable_total"),
                        Sign.says("the halt state is not what was written")),
                scene -> {
                    scene.halt("tools/echo");
                    scene.resume("tools/echo");
                    scene.kill();
                    HaltsUnderKill.flipAByte(HaltsUnderKill.halts(scene.folder()), new Random(1));
                    scene.start();
                    return () -> scene.resume("node");
                });
    }

    static Fault abandoned() {
        return new Fault(
                "calls_that_do_not_come_back",
                List.of(
                        Sign.stands("erlmcp_threads_abandoned"),
                        Sign.rises("erlmcp_calls_abandoned_total"),
                        Sign.says("was answered at its deadline")),
                scene -> {
                    scene.call("crash", JsonObject.of("kind", "deadlock"));
                    return () -> {
                        scene.kill();
                        scene.start();
                    };
                });
    }

    static Fault bug() {
        return new Fault(
                "tool_that_throws",
                List.of(
                        Sign.rises("erlmcp_errors_total", "-32603"),
                        Sign.rises("erlmcp_requests_seconds_count", "outcome=\"failed\"")),
                scene -> {
                    scene.call("crash", JsonObject.of("kind", "exception"));
                    return Fault.Cure.NONE;
                });
    }

    // ---- what runs out ----

    /** Up to where the node holds back. The connection was there before: no new one is let in. */
    static Fault memory() {
        return new Fault(
                "memory",
                List.of(
                        Sign.rises("erlmcp_resource_warnings_total", "memory"),
                        Sign.stands("erlmcp_degradation_active", "memory"),
                        Sign.stands("erlmcp_rate_limit_reduction_percent"),
                        Sign.says("memory gets short"),
                        Sign.says("SYSTEM_DEGRADED")),
                scene -> {
                    RawHttp http = new RawHttp(scene.node().mcp(), Scene.PATIENCE);
                    double percent = 0;
                    for (int i = 1; i < MOST_STEPS && percent < HELD_BACK_PERCENT; i++) {
                        percent = hold(http, i * STEP_MB);
                    }
                    return () -> {
                        hold(http, 0);
                        http.close();
                    };
                });
    }

    private static double hold(RawHttp http, int megabytes) throws IOException {
        JsonObject call =
                Rpc.modern(1, "tools/call", Rpc.call("hold", JsonObject.of("mb", megabytes)));
        http.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
        RawHttp.Answer answer = http.answer();
        String text = Rpc.text(Json.parseObject(answer.body()), JsonNumber.of(1));
        if (text == null) {
            throw new IOException("memory cannot be held: " + answer.text());
        }
        return Json.parseObject(text).requireNumber("percent");
    }

    /** In a node that may have so many. */
    static Fault descriptors(int most) {
        return new Fault(
                "descriptors",
                List.of(
                        Sign.rises("erlmcp_http_accept_paused_total"),
                        Sign.rises("erlmcp_resource_warnings_total", "fd"),
                        Sign.stands("erlmcp_degradation_active", "fd"),
                        Sign.says("no connections are accepted")),
                scene -> crowd(scene.node().mcp(), 2 * most));
    }

    static Fault connections(int most) {
        return new Fault(
                "connections_full",
                List.of(
                        Sign.rises("erlmcp_http_accept_paused_total"),
                        Sign.stands("erlmcp_http_connections"),
                        Sign.says("no connections are accepted")),
                scene -> crowd(scene.node().mcp(), most + 20));
    }

    /** Connects as far as the kernel, which holds more than a node accepts. */
    private static Fault.Cure crowd(URI server, int count) throws IOException {
        List<Socket> crowd = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket();
            crowd.add(socket);
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 10_000);
        }
        return () -> {
            for (Socket socket : crowd) {
                socket.close();
            }
        };
    }

    // ---- the disk ----

    private static final List<Sign> NO_WRITES =
            List.of(
                    Sign.stands("erlmcp_store_refusing_writes"),
                    Sign.rises("erlmcp_store_write_failures_total"),
                    Sign.says("the store takes no writes"));

    /** The store lies on a file system of {@code sizeMb} of its own, in {@code disk}. */
    static Fault diskFull(Path disk) {
        return new Fault(
                "disk_full",
                NO_WRITES,
                scene -> {
                    Path filler = disk.resolve("filler");
                    FullDisk.fill(filler);
                    FullDisk.openUntilRefused(scene.node().mcp(), new ArrayList<>());
                    return () -> {
                        Files.delete(filler);
                        awaitWrites(scene);
                    };
                });
    }

    static Fault failingSyncs() {
        return new Fault(
                "failing_syncs",
                NO_WRITES,
                scene -> {
                    Process fault = FailingCalls.attach(scene.node(), "fsync,fdatasync", List.of());
                    FailingCalls.isRefused(scene.node().mcp(), new ArrayList<>());
                    return () -> {
                        fault.destroy();
                        fault.waitFor(Scene.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                        awaitWrites(scene);
                    };
                });
    }

    private static void awaitWrites(Scene scene) throws IOException {
        if (!FullDisk.within(
                Scene.PATIENCE.toMillis(), () -> !FullDisk.open(scene.node().mcp()).isEmpty())) {
            throw new IOException("no writes after the fault is gone");
        }
    }
}
