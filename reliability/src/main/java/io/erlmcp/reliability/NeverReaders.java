package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * R14: clients that ask for much and never read, on every transport, while a fast producer goes on.
 * Half of them listen to a resource that changes all the time, half have called a tool that talks
 * without end. The heap of the node is fixed and touched at its start, so that what its resident
 * memory grows by is memory beside the heap; what is live in the heap is counted after a
 * collection.
 */
final class NeverReaders implements Guarantee {
    private static final String PATIENT = "cut-nobody";
    private static final String IMPATIENT = "expect-another-answer";
    private static final long MAX_GROWTH_BYTES = 64L << 20;
    private static final Duration CUT_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(250);

    /** The healthy may wait this much longer, or this long on a machine that is busy anyway. */
    private static final int MAX_SLOWER = 3;

    private static final long ALWAYS_FINE_MICROS = 100_000;

    @Override
    public String id() {
        return "R14";
    }

    @Override
    public String title() {
        return "200 clients that never read, and a fast producer, on each transport: memory grows"
                + " by at most 64 MB, the stalled are cut within 30 s, the healthy keep their"
                + " latency";
    }

    @Override
    public List<String> plants() {
        return List.of(PATIENT, IMPATIENT);
    }

    /** What is small waits less for its peers, so that a run takes seconds. */
    private static Map<String, String> settings(Trial trial) {
        Map<String, String> all = new HashMap<>(Way.WITH_TCP);
        all.put("ERLMCP_JAVA_OPTS", "-Xms512m -Xmx512m -XX:+AlwaysPreTouch");
        String writeTimeout =
                trial.isPlanted(PATIENT) ? "10m" : trial.size() == Trial.Size.FULL ? "" : "3s";
        for (String way : List.of("HTTP", "WEBSOCKET", "TCP")) {
            if (!writeTimeout.isEmpty()) {
                all.put("ERLMCP_" + way + "_WRITE_TIMEOUT", writeTimeout);
            }
            if (trial.isPlanted(PATIENT)) {
                all.put("ERLMCP_" + way + "_MAX_UNSENT", "1GB");
            }
        }
        if (trial.isPlanted(PATIENT)) {
            all.put("ERLMCP_LIMITS_MAX_SENDING", "1GB");
        }
        return all;
    }

    private static Duration cutLimit(Trial trial) {
        return trial.size() == Trial.Size.FULL ? CUT_LIMIT : Duration.ofSeconds(20);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        int stalled = trial.pick(20, 60, 200);
        try (NodeProcess node =
                        trial.launch().start(settings(trial), "--port", "0", "--admin-port", "0");
                Producer producer = new Producer(node, findings);
                GoodClients healthy =
                        GoodClients.start(node, 4, findings, trial.isPlanted(IMPATIENT))) {
            Duration calm = Duration.ofSeconds(trial.pick(2, 3, 10));
            rehearse(node, trial);
            rest(calm);
            healthy.take();
            rest(calm);
            GoodClients.Times before = healthy.take();
            long heap = new ProcessFigures(node.pid()).liveHeapBytes();
            long resident = new ProcessFigures(node.pid()).residentBytes();
            for (Way way : Way.values()) {
                healthy.take();
                try (StalledPeers peers = StalledPeers.open(way, node, stalled)) {
                    watch(way, peers, node, heap + resident, trial, findings);
                }
                compare(way, before, healthy.take(), findings);
            }
            findings.count("updates_told", producer.told());
            findings.check(node.isAlive(), "the node ended:\n" + node.lastLines());
        }
    }

    /**
     * The same, few at a time, with peers that do read: what the JVM compiles when it first has
     * much to do takes memory and time that no stalled peer costs.
     */
    private static void rehearse(NodeProcess node, Trial trial) throws IOException {
        for (Way way : Way.values()) {
            try (StalledPeers peers = StalledPeers.open(way, node, 4)) {
                peers.read(Duration.ofSeconds(trial.pick(1, 5, 10)));
            }
        }
    }

    private static void rest(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /**
     * Looks on until all are cut, or the time is over; memory is looked at halfway, and at last.
     */
    private static void watch(
            Way way,
            StalledPeers peers,
            NodeProcess node,
            long before,
            Trial trial,
            Findings findings)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        long limit = cutLimit(trial).toNanos();
        boolean measured = false;
        int left = peers.established();
        findings.count(way.figure() + "_stalled", left);
        while (left > 0 && System.nanoTime() - began < limit) {
            rest(POLL);
            if (!measured && System.nanoTime() - began > limit / 10) {
                measured = true;
                memory(node, before, way, findings);
            }
            left = peers.established();
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        findings.largest(way.figure() + "_last_cut_s", seconds);
        findings.check(
                left == 0,
                left
                        + " stalled clients over "
                        + way.figure()
                        + " are not cut after "
                        + cutLimit(trial));
        memory(node, before, way, findings);
    }

    private static void memory(NodeProcess node, long before, Way way, Findings findings)
            throws IOException, InterruptedException {
        long now = new ProcessFigures(node.pid()).residentBytes();
        long growth = now + new ProcessFigures(node.pid()).liveHeapBytes() - before;
        findings.largest(way.figure() + "_memory_growth_kb", Math.max(0, growth >> 10));
        findings.check(
                growth <= MAX_GROWTH_BYTES,
                "memory grew by "
                        + (growth >> 20)
                        + " MB with stalled clients over "
                        + way.figure());
    }

    private static void compare(
            Way way, GoodClients.Times before, GoodClients.Times during, Findings findings) {
        findings.largest("calm_p50_us", before.micros(0.5));
        findings.largest("calm_p99_us", before.micros(0.99));
        findings.largest(way.figure() + "_p50_us", during.micros(0.5));
        findings.largest(way.figure() + "_p99_us", during.micros(0.99));
        for (double quantile : new double[] {0.5, 0.99}) {
            long limit = Math.max(MAX_SLOWER * before.micros(quantile), ALWAYS_FINE_MICROS);
            findings.check(
                    during.micros(quantile) <= limit,
                    "with stalled clients over "
                            + way.figure()
                            + " calls took "
                            + during.micros(quantile)
                            + " us at "
                            + quantile
                            + ", before "
                            + before.micros(quantile));
        }
    }

    /**
     * Says without end that the resource changed.
     *
     * <p>Process model: one virtual thread until {@link #close}, which joins it.
     */
    private static final class Producer implements AutoCloseable {
        private static final int AT_ONCE = 50;
        private static final Duration PATIENCE = Duration.ofSeconds(20);

        private final Findings findings;
        private final GoodClient client;
        private final Thread thread;
        private volatile boolean stopped;
        private final AtomicLong told = new AtomicLong();

        Producer(NodeProcess node, Findings findings) throws IOException {
            this.findings = findings;
            client = GoodClient.open(Way.HTTP, node.mcp(), PATIENCE);
            thread = Threads.startVirtual("producer", this::run);
        }

        private void run() {
            JsonObject updates = JsonObject.of("uri", StalledPeers.BUSY, "n", AT_ONCE);
            try {
                while (!stopped) {
                    client.call("touch", updates);
                    told.addAndGet(AT_ONCE);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
            } catch (IOException | RuntimeException e) {
                findings.fail("the producer was not served: " + e);
            }
        }

        long told() {
            return told.get();
        }

        @Override
        public void close() {
            stopped = true;
            try {
                thread.join(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            client.close();
        }
    }
}
