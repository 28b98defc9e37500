package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * R28: clients that open sessions and leave. Over HTTP, with sessions in memory and on the disk: at
 * the cap no more are open, those that were unused for long enough make room, and after the idle
 * time none is left. Over WebSocket and TCP the session goes with its connection. Those whose
 * machine is gone, and says no farewell, are {@link VanishedPeers}. No socket and no thread stays.
 */
final class AbandonedSessions implements Guarantee {
    static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String NEVER_IDLE = "never-idle";
    private static final String NO_CAP = "no-cap";

    /** The sweep looks every five seconds; the rest is for a slow machine. */
    private static final Duration AFTER = Duration.ofSeconds(15);

    private static final int PER_CONNECTION = 500;
    private static final int OPENERS = 8;

    /** Carriers and the threads of the engine that come with the first load. */
    private static final int MORE_THREADS = 12;

    private static final int MORE_DESCRIPTORS = 10;

    /** What a closed connection holds is given back a moment after it. */
    private static final long LEFT_MILLIS = 10_000;

    @Override
    public String id() {
        return "R28";
    }

    @Override
    public String title() {
        return "100,000 abandoned sessions over HTTP, and those over WebSocket and TCP, and clients"
                + " whose machine is gone: capped, reaped on time, no leaked socket or thread";
    }

    @Override
    public List<String> plants() {
        return List.of(NEVER_IDLE, NO_CAP, VanishedPeers.NEVER_ASK);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        if (trial.isPlanted(VanishedPeers.NEVER_ASK)) {
            VanishedPeers.run(trial, findings);
            return;
        }
        http("memory", Map.of(), trial.pick(1_000, 5_000, 100_000), trial, findings);
        if (trial.plant() != null) {
            return;
        }
        try (Folder folder = new Folder("r28")) {
            http("disk", folder.diskBackend(), trial.pick(200, 1_000, 20_000), trial, findings);
        }
        duplex(trial, findings);
        // in a test there is no network of our own in which an address may go
        if (trial.size() != Trial.Size.TINY) {
            VanishedPeers.run(trial, findings);
        }
    }

    /** What a node holds beside its sessions. */
    private record Held(long threads, long descriptors) {
        static Held of(NodeProcess node) throws IOException {
            ProcessFigures process = new ProcessFigures(node.pid());
            return new Held(process.threads(), process.descriptors());
        }

        void check(NodeProcess node, String way, Findings findings) throws IOException {
            findings.check(
                    FullDisk.within(LEFT_MILLIS, () -> of(node).threads - threads <= MORE_THREADS),
                    of(node).threads - threads + " threads are left of " + way);
            findings.check(
                    FullDisk.within(
                            LEFT_MILLIS,
                            () -> of(node).descriptors - descriptors <= MORE_DESCRIPTORS),
                    of(node).descriptors - descriptors + " files are left open of " + way);
        }
    }

    private static void http(
            String backend, Map<String, String> store, int cap, Trial trial, Findings findings)
            throws Exception {
        Duration idle = Duration.ofSeconds(trial.pick(10, 10, 60));
        Duration reaped = idle.plus(AFTER);
        int allowed = trial.isPlanted(NO_CAP) ? 10_000_000 : cap;
        Map<String, String> settings = new HashMap<>(store);
        settings.put("ERLMCP_SESSIONS_MAX", "" + allowed);
        settings.put("ERLMCP_SESSIONS_MAX_PER_ADDRESS", "" + allowed);
        settings.put("ERLMCP_SESSIONS_EVICT_UNUSED", "1s");
        settings.put(
                "ERLMCP_SESSIONS_IDLE_TIMEOUT",
                trial.isPlanted(NEVER_IDLE) ? "1d" : idle.toSeconds() + "s");
        String way = "http_" + backend;
        try (NodeProcess node = trial.launch().start(settings, "--port", "0")) {
            open(node, 50, way, findings);
            Held before = Held.of(node);
            try (SessionCount count = SessionCount.watch(node, findings)) {
                findings.count(
                        way + "_refused_at_the_cap", open(node, cap + cap / 2, way, findings));
                long most = count.most();
                findings.largest(way + "_most_sessions", most);
                // one that is being opened counts before the one that makes room for it is gone
                findings.check(
                        most <= cap + OPENERS,
                        most + " sessions are open in " + way + ", the cap is " + cap);
                findings.check(
                        most >= cap / 2, "only " + most + " sessions were ever seen in " + way);
            }
            long began = System.nanoTime();
            findings.check(
                    FullDisk.within(reaped.toMillis(), () -> isEmpty(node)),
                    SessionCount.of(node)
                            + " sessions are left in "
                            + way
                            + ' '
                            + reaped
                            + " after the last was used");
            findings.largest(way + "_reaped_after_ms", FullDisk.millisSince(began));
            before.check(node, way, findings);
            node.kill();
            node.exitCode(PATIENCE);
        }
    }

    static boolean isEmpty(NodeProcess node) throws IOException {
        return SessionCount.of(node) == 0;
    }

    /** Opens so many sessions and leaves; returns how many were refused. */
    private static int open(NodeProcess node, int count, String way, Findings findings)
            throws InterruptedException {
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger next = new AtomicInteger();
        List<Thread> openers = new ArrayList<>();
        for (int i = 0; i < OPENERS; i++) {
            openers.add(
                    Threads.startVirtual(
                            "opener " + i,
                            () -> {
                                try {
                                    while (next.get() < count) {
                                        refused.addAndGet(some(node, next, count, way, findings));
                                    }
                                } catch (IOException e) {
                                    findings.fail("initialize over " + way + ": " + e);
                                }
                            }));
        }
        for (Thread opener : openers) {
            opener.join();
        }
        return refused.get();
    }

    /** On one connection, which is left then. */
    private static int some(
            NodeProcess node, AtomicInteger next, int count, String way, Findings findings)
            throws IOException {
        int refused = 0;
        try (RawHttp connection = new RawHttp(node.mcp(), PATIENCE)) {
            for (int i = 0; i < PER_CONNECTION && next.getAndIncrement() < count; i++) {
                connection.post(Rpc.bytes(Rpc.initialize(i)));
                int status = connection.answer().status();
                refused += status == 429 ? 1 : 0;
                findings.check(status == 200 || status == 429, "initialize answers " + status);
                findings.count(way + "_opened", 1);
            }
        }
        return refused;
    }

    /** Sessions that are connections, which are left without a word to the session. */
    private static void duplex(Trial trial, Findings findings) throws Exception {
        int count = trial.pick(200, 1_000, 20_000);
        try (NodeProcess node = trial.launch().start(Way.WITH_TCP, "--port", "0")) {
            for (Way way : List.of(Way.WEBSOCKET, Way.TCP)) {
                leave(way, node, 50, findings);
                findings.check(
                        FullDisk.within(AFTER.toMillis(), () -> isEmpty(node)),
                        "the first sessions stay over " + way.figure());
                Held before = Held.of(node);
                leave(way, node, count, findings);
                findings.count(way.figure() + "_opened", count);
                long began = System.nanoTime();
                findings.check(
                        FullDisk.within(AFTER.toMillis(), () -> isEmpty(node)),
                        SessionCount.of(node)
                                + " sessions are left over "
                                + way.figure()
                                + ' '
                                + AFTER
                                + " after the last client left");
                findings.largest(way.figure() + "_reaped_after_ms", FullDisk.millisSince(began));
                before.check(node, way.figure(), findings);
            }
            node.kill();
            node.exitCode(PATIENCE);
        }
    }

    private static void leave(Way way, NodeProcess node, int count, Findings findings)
            throws IOException {
        for (int opened = 0; opened < count; opened += PER_CONNECTION) {
            List<DuplexClient> clients = new ArrayList<>();
            try {
                for (int i = opened; i < Math.min(count, opened + PER_CONNECTION); i++) {
                    clients.add(DuplexClient.open(way, way.of(node), null, PATIENCE));
                }
                long held = SessionCount.of(node);
                findings.largest(way.figure() + "_most_sessions", held);
                findings.check(
                        held >= clients.size(),
                        held + " sessions are open with " + clients.size() + " connections");
            } finally {
                clients.forEach(DuplexClient::abort);
            }
        }
    }
}
