package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * R20: more connections than the node may have file descriptors, and no limit of connections that
 * would spare it that. It must not spin, those who were there are served as before, it tells, and
 * it takes connections again once there is room.
 */
final class FewDescriptors implements Guarantee {
    private static final String HOLDING = "never-let-go";
    private static final String IMPATIENT = "expect-another-answer";
    private static final String BUSY = "work-meanwhile";
    private static final int DESCRIPTORS = 256;
    private static final String ACCEPT_FAILED = "accept failed";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How much of what a spinning thread gets at the same time, on a machine that may be busy. */
    private static final double MAX_OF_SPINNING = 0.25;

    /** What a node may take that does nothing much. */
    private static final double ALWAYS_FINE = 0.03;

    @Override
    public String id() {
        return "R20";
    }

    @Override
    public String title() {
        return "File descriptors run out, on each transport: no spin, those who are connected are"
                + " served as before, it is told, and it recovers";
    }

    @Override
    public List<String> plants() {
        return List.of(HOLDING, IMPATIENT, BUSY);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        Map<String, String> settings = new HashMap<>(Way.WITH_TCP);
        settings.put("ERLMCP_HTTP_MAX_CONNECTIONS", "100000");
        settings.put("ERLMCP_TCP_MAX_CONNECTIONS", "100000");
        Launch few = trial.launch().under("prlimit", "--nofile=" + DESCRIPTORS, "--");
        int rounds = trial.pick(1, 1, 5);
        try (NodeProcess node = few.start(settings, "--port", "0", "--admin-port", "0");
                AdminPort admin = new AdminPort(node)) {
            for (int round = 0; round < rounds; round++) {
                for (Way way : Way.values()) {
                    exhaust(way, node, admin, trial, findings);
                }
            }
            findings.check(node.isAlive(), "the node ended:\n" + node.lastLines());
        }
    }

    private static void exhaust(
            Way way, NodeProcess node, AdminPort admin, Trial trial, Findings findings)
            throws IOException, InterruptedException {
        double paused = admin.metric("erlmcp_http_accept_paused_total");
        String told = told(node);
        List<Socket> crowd = new ArrayList<>();
        List<GoodClient> old = sessions(node);
        try {
            for (int i = 0; i < 2 * DESCRIPTORS; i++) {
                crowd.add(connect(way, node));
            }
            findings.count(way.figure() + "_connections", crowd.size());
            if (way == Way.WEBSOCKET) {
                upgraded(crowd, findings);
            }
            serves(old, trial, findings, "with no descriptors left");
            spins(node, old, trial, findings);
            findings.check(
                    admin.metric("erlmcp_http_accept_paused_total") > paused,
                    "no metric tells that nobody is accepted over " + way.figure());
            findings.check(
                    !told(node).equals(told),
                    "no line tells that nobody is accepted over " + way.figure());
            serves(old, trial, findings, "after a while without descriptors");
        } finally {
            if (!trial.isPlanted(HOLDING)) {
                close(crowd);
            }
            old.forEach(GoodClient::close);
        }
        recovers(node, findings);
        close(crowd);
    }

    /** The last line that tells of it, with its time; empty for none. */
    private static String told(NodeProcess node) {
        return node.lastLines()
                .lines()
                .filter(line -> line.contains(ACCEPT_FAILED))
                .reduce("", (before, line) -> line);
    }

    /** Those that got a descriptor are WebSockets, as many as there is room for. */
    private static void upgraded(List<Socket> crowd, Findings findings) throws IOException {
        int upgraded = 0;
        for (Socket socket : crowd) {
            int there = socket.getInputStream().available();
            byte[] answer = socket.getInputStream().readNBytes(there);
            upgraded +=
                    new String(answer, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 101 ")
                            ? 1
                            : 0;
        }
        findings.largest("upgraded_to_websocket", upgraded);
        findings.check(
                upgraded >= DESCRIPTORS / 16, "only " + upgraded + " WebSockets were opened");
    }

    private static List<GoodClient> sessions(NodeProcess node) throws IOException {
        List<GoodClient> all = new ArrayList<>();
        for (Way way : Way.values()) {
            for (int i = 0; i < 5; i++) {
                all.add(GoodClient.open(way, way.of(node), PATIENCE));
            }
        }
        return all;
    }

    /** Connects as far as the kernel, which holds more than the node accepts. */
    private static Socket connect(Way way, NodeProcess node) throws IOException {
        URI server = way.of(node);
        Socket socket = new Socket();
        socket.connect(
                new InetSocketAddress(server.getHost(), server.getPort()),
                (int) PATIENCE.toMillis());
        if (way == Way.WEBSOCKET) {
            // no answer is waited for: to most of them there will be none
            socket.getOutputStream().write(RawWebSocket.request(server));
        }
        return socket;
    }

    private static void serves(List<GoodClient> old, Trial trial, Findings findings, String when) {
        for (GoodClient client : old) {
            try {
                client.echo("still here");
                findings.count("calls_of_old_sessions", 1);
                findings.check(!trial.isPlanted(IMPATIENT), "expected another answer");
            } catch (IOException e) {
                findings.fail("a session that was open before is not served " + when + ": " + e);
            }
        }
    }

    private static void spins(
            NodeProcess node, List<GoodClient> old, Trial trial, Findings findings)
            throws IOException, InterruptedException {
        Duration span = Duration.ofSeconds(trial.pick(3, 3, 10));
        Duration before = new ProcessFigures(node.pid()).processorTime();
        AtomicLong spun = new AtomicLong();
        Thread spinning = Threads.startPlatform("spinning", () -> spun.set(spin(span)));
        long began = System.nanoTime();
        while (System.nanoTime() - began < span.toNanos()) {
            if (trial.isPlanted(BUSY)) {
                old.getFirst().echo("x".repeat(1 << 20));
            } else {
                LockSupport.parkNanos(span.toNanos() / 10);
            }
        }
        double elapsed = System.nanoTime() - began;
        double used =
                new ProcessFigures(node.pid()).processorTime().minus(before).toNanos() / elapsed;
        spinning.join();
        double possible = spun.get() / elapsed;
        findings.largest("processor_permille", Math.round(1000 * used));
        findings.largest("of_a_spinning_thread_permille", Math.round(1000 * possible));
        findings.check(
                used <= Math.max(ALWAYS_FINE, MAX_OF_SPINNING * possible),
                "without descriptors the node takes %.3f of a processor, a spinning thread %.3f"
                        .formatted(used, possible));
    }

    /** Spins; returns the processor time that it got, in nanoseconds. */
    private static long spin(Duration span) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < span.toNanos()) {
            Thread.onSpinWait();
        }
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void recovers(NodeProcess node, Findings findings) {
        for (Way way : Way.values()) {
            long began = System.nanoTime();
            try (GoodClient fresh = GoodClient.open(way, way.of(node), PATIENCE)) {
                fresh.echo("here we are");
                findings.largest(
                        "longest_until_served_again_ms", (System.nanoTime() - began) / 1_000_000);
            } catch (IOException e) {
                findings.fail("no new session over " + way.figure() + " once there is room: " + e);
            }
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
