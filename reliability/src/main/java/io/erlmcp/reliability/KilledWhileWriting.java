package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import io.erlmcp.store.StoreCheck;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * R01: kill -9 while sessions are opened, ended and changed, and counters counted, on the disk
 * backend. What was acknowledged is there when the node is started again; what was not may be there
 * or not; nothing is half there.
 */
final class KilledWhileWriting implements Guarantee {
    private static final String MEMORY = "memory-backend";
    private static final String UNSYNCED = "lose-the-end-of-the-log";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long READY_MILLIS = 5_000;
    private static final int WRITERS = 8;

    /** Sessions of earlier rounds that are looked at again in each. */
    private static final int SAMPLE = 50;

    @Override
    public String id() {
        return "R01";
    }

    @Override
    public String title() {
        return "kill -9 while sessions are written, disk backend: 0 acknowledged lost, 0 corrupt,"
                + " ready again within 5 s";
    }

    @Override
    public List<String> plants() {
        return List.of(MEMORY, UNSYNCED);
    }

    /** What the writers know. */
    private static final class Known {
        /** Acknowledged, and nobody tried to end them. */
        private final Queue<String> open = new ConcurrentLinkedQueue<>();

        /** Whose end was acknowledged. */
        private final Queue<String> ended = new ConcurrentLinkedQueue<>();

        private final AtomicLong counted = new AtomicLong();
        private final AtomicLong mayHaveCounted = new AtomicLong();
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        int rounds = trial.pick(2, 10, 200);
        Random random = trial.random("rounds");
        List<String> older = new ArrayList<>();
        try (Folder folder = new Folder("r01")) {
            Map<String, String> settings = new HashMap<>(folder.diskBackend());
            if (trial.isPlanted(MEMORY)) {
                settings.put("ERLMCP_SESSIONS_BACKEND", "memory");
            }
            for (int i = 0; i < rounds; i++) {
                round(trial, folder, settings, random, older, findings);
            }
        }
    }

    private static void round(
            Trial trial,
            Folder folder,
            Map<String, String> settings,
            Random random,
            List<String> older,
            Findings findings)
            throws Exception {
        Known known = new Known();
        long before;
        try (NodeProcess node = trial.launch().start(settings, "--port", "0")) {
            before = counter(node.mcp(), 0);
            List<Thread> writers = startWriters(node.mcp(), random, known);
            // a kill before anything was acknowledged shows nothing
            FullDisk.within(PATIENCE.toMillis(), () -> !known.open.isEmpty());
            LockSupport.parkNanos(Duration.ofMillis(100 + random.nextInt(900)).toNanos());
            node.kill();
            for (Thread writer : writers) {
                writer.join();
            }
            node.exitCode(PATIENCE);
        }
        findings.count("kills", 1);
        findings.count("acknowledged_sessions", known.open.size());
        findings.count("acknowledged_ends", known.ended.size());
        findings.count("acknowledged_counts", known.counted.get());
        if (trial.isPlanted(UNSYNCED)) {
            loseTheEnd(folder.store());
        }
        if (Files.exists(folder.store())) {
            StoreCheck.Found found = StoreCheck.check(folder.store());
            findings.check(found.isWhole(), "after kill -9 the store has " + found.problems());
        }
        long began = System.nanoTime();
        try (NodeProcess node = trial.launch().start(settings, "--port", "0")) {
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            findings.largest("slowest_start_ms", millis);
            findings.check(millis <= READY_MILLIS, "ready again only after " + millis + " ms");
            verify(node.mcp(), known, findings);
            long now = counter(node.mcp(), 0) - before;
            findings.check(
                    now >= known.counted.get() && now <= known.mayHaveCounted.get(),
                    "the counter went up by "
                            + now
                            + ", acknowledged were "
                            + known.counted
                            + ", attempted "
                            + known.mayHaveCounted);
            for (int i = 0; i < Math.min(SAMPLE, older.size()); i++) {
                checkOpen(node.mcp(), older.get(random.nextInt(older.size())), findings);
            }
        }
        known.open.stream().limit(SAMPLE).forEach(older::add);
    }

    private static List<Thread> startWriters(URI server, Random random, Known known) {
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
            Random its = new Random(random.nextLong());
            writers.add(
                    Threads.startVirtual(
                            "writer " + w, () -> writeUntilKilled(server, its, known)));
        }
        return writers;
    }

    private static void writeUntilKilled(URI server, Random random, Known known) {
        try (RawHttp connection = new RawHttp(server, PATIENCE)) {
            while (true) {
                writeOnce(server, connection, random, known);
            }
        } catch (IOException killed) {
            // The node is gone, which is what this waits for.
        }
    }

    private static void writeOnce(URI server, RawHttp connection, Random random, Known known)
            throws IOException {
        String id = open(connection);
        if (random.nextInt(4) != 0) {
            known.open.add(id);
        } else {
            connection.send(delete(server, id));
            if (connection.answer().status() == 204) {
                known.ended.add(id);
            }
        }
        if (random.nextInt(4) == 0) {
            known.mayHaveCounted.incrementAndGet();
            count(connection, 1);
            known.counted.incrementAndGet();
        }
    }

    static String open(RawHttp connection) throws IOException {
        connection.post(Rpc.bytes(Rpc.initialize(0)));
        RawHttp.Answer answer = connection.answer();
        String id = answer.head().headers().get("mcp-session-id");
        if (answer.status() != 200 || id == null) {
            throw new IOException("no session: " + answer.status() + " " + answer.text());
        }
        return id;
    }

    private static byte[] delete(URI server, String session) {
        return ("DELETE "
                        + server.getPath()
                        + " HTTP/1.1\r\nHost: "
                        + server.getAuthority()
                        + "\r\nMcp-Session-Id: "
                        + session
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static long counter(URI server, int more) throws IOException {
        try (RawHttp connection = new RawHttp(server, PATIENCE)) {
            return count(connection, more);
        }
    }

    private static long count(RawHttp connection, int more) throws IOException {
        JsonObject call =
                Rpc.modern(
                        1,
                        "tools/call",
                        Rpc.call("counter_add", JsonObject.of("key", "r01", "n", more)));
        connection.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
        RawHttp.Answer answer = connection.answer();
        String text =
                answer.status() == 200
                        ? Rpc.text(Json.parseObject(answer.text()), Json.parse("1"))
                        : null;
        if (text == null) {
            throw new IOException("not counted: " + answer.status() + " " + answer.text());
        }
        return Long.parseLong(text);
    }

    private static void verify(URI server, Known known, Findings findings) throws IOException {
        for (String id : known.open) {
            checkOpen(server, id, findings);
        }
        for (String id : known.ended) {
            int status = ping(server, id);
            findings.check(status == 404, "a session that was ended answers " + status);
        }
    }

    private static void checkOpen(URI server, String id, Findings findings) throws IOException {
        int status = ping(server, id);
        findings.check(status == 200, "an acknowledged session answers " + status);
    }

    static int ping(URI server, String session) throws IOException {
        try (RawHttp connection = new RawHttp(server, PATIENCE)) {
            connection.post(
                    Rpc.bytes(Rpc.legacy(1, "ping", JsonObject.EMPTY)),
                    "Mcp-Session-Id: " + session);
            return connection.answer().status();
        }
    }

    /**
     * What a power cut takes when nothing was synced: the end of the log, and the mark beside it.
     */
    private static void loseTheEnd(Path store) throws IOException {
        Files.deleteIfExists(store.resolve("synced"));
        try (Stream<Path> files = Files.list(store.resolve("db"))) {
            Path log =
                    files.filter(it -> it.toString().endsWith(".log"))
                            .max(Comparator.comparing(Path::getFileName))
                            .orElseThrow();
            try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
                file.setLength(file.length() / 2);
            }
        }
    }
}
