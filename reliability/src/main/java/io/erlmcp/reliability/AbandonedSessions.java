package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * R28: clients that open sessions and leave. At the cap no more are open, those that were unused
 * for long enough make room, and after the idle time none is left, no socket and no thread.
 */
final class AbandonedSessions implements Guarantee {
    private static final String NEVER_IDLE = "never-idle";
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** The sweep looks every five seconds; the rest is for a slow machine. */
    private static final Duration AFTER = Duration.ofSeconds(15);

    private static final int PER_CONNECTION = 500;

    /** Carriers and the threads of the engine that come with the first load. */
    private static final int MORE_THREADS = 12;

    private static final int MORE_DESCRIPTORS = 10;

    @Override
    public String id() {
        return "R28";
    }

    @Override
    public String title() {
        return "100,000 abandoned sessions: capped, reaped on time, no leaked socket or thread";
    }

    @Override
    public List<String> plants() {
        return List.of(NEVER_IDLE);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        Duration idle = Duration.ofSeconds(trial.pick(10, 10, 60));
        Duration reaped = idle.plus(AFTER);
        int cap = trial.pick(1_000, 5_000, 100_000);
        Map<String, String> settings = new HashMap<>();
        settings.put("ERLMCP_SESSIONS_MAX", "" + cap);
        settings.put("ERLMCP_SESSIONS_MAX_PER_ADDRESS", "" + cap);
        settings.put("ERLMCP_SESSIONS_EVICT_UNUSED", "1s");
        settings.put(
                "ERLMCP_SESSIONS_IDLE_TIMEOUT",
                trial.isPlanted(NEVER_IDLE) ? "1d" : idle.toSeconds() + "s");
        try (NodeProcess node = trial.launch().start(settings, "--port", "0")) {
            open(node, 50, findings);
            long threads = threads(node.pid());
            long descriptors = descriptors(node.pid());
            int refused = open(node, cap + cap / 2, findings);
            findings.count("refused_at_the_cap", refused);
            long most = sessions(node);
            findings.largest("most_sessions", most);
            findings.check(most <= cap, most + " sessions are open, the cap is " + cap);
            long began = System.nanoTime();
            findings.check(
                    FullDisk.within(reaped.toMillis(), () -> none(node)),
                    sessions(node) + " sessions are left " + reaped + " after the last was used");
            findings.largest("reaped_after_ms", FullDisk.millisSince(began));
            long moreThreads = threads(node.pid()) - threads;
            long moreDescriptors = descriptors(node.pid()) - descriptors;
            findings.check(moreThreads <= MORE_THREADS, moreThreads + " threads are left");
            findings.check(
                    moreDescriptors <= MORE_DESCRIPTORS, moreDescriptors + " files are left open");
            node.kill();
            node.exitCode(PATIENCE);
        }
    }

    private static boolean none(NodeProcess node) throws IOException {
        if (sessions(node) == 0) {
            return true;
        }
        throw new IOException("not yet");
    }

    /** Opens so many sessions and leaves; returns how many were refused. */
    private static int open(NodeProcess node, int count, Findings findings) throws IOException {
        int refused = 0;
        for (int opened = 0; opened < count; opened += PER_CONNECTION) {
            try (RawHttp connection = new RawHttp(node.mcp(), PATIENCE)) {
                for (int i = 0; i < Math.min(PER_CONNECTION, count - opened); i++) {
                    connection.post(Rpc.bytes(Rpc.initialize(i)));
                    int status = connection.answer().status();
                    refused += status == 429 ? 1 : 0;
                    findings.check(status == 200 || status == 429, "initialize answers " + status);
                }
            }
            findings.count("opened", Math.min(PER_CONNECTION, count - opened));
        }
        return refused;
    }

    private static long sessions(NodeProcess node) throws IOException {
        try (RawHttp connection = new RawHttp(node.admin(), PATIENCE)) {
            connection.send(
                    ("GET /health HTTP/1.1\r\nHost: " + node.admin().getAuthority() + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            JsonObject health = Json.parseObject(connection.answer().text());
            return health.integer("sessions").orElseThrow();
        }
    }

    private static long threads(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("Threads:"))
                .mapToLong(line -> Long.parseLong(line.substring("Threads:".length()).strip()))
                .findFirst()
                .orElseThrow();
    }

    private static long descriptors(long pid) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return all.count();
        }
    }
}
