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
 * without end; those with the streams of legacy sessions and of HTTP+SSE all listen. The heap of
 * the node is fixed and touched at its start, so that what its resident memory grows by is memory
 * beside the heap; what is live in the heap is counted after a collection, which takes time of the
 * node, so what calls take is measured with peers of their own.
 */
final class NeverReaders implements Guarantee {
    private static final String PATIENT = "cut-nobody";
    private static final String IMPATIENT = "expect-another-answer";
    private static final long MAX_GROWTH_BYTES = 64L << 20;

    /**
     * What the node may keep for those who come back, and what may wait to be sent: less than that.
     */
    private static final long MAX_KEPT_BYTES = 16L << 20;

    private static final long MAX_SENDING_BYTES = 24L << 20;
    private static final Duration CUT_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(250);

    /** So that sessions of peers that were cut do not stay until the next ones come. */
    private static final Duration SESSION_IDLE = Duration.ofSeconds(5);

    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(25);
    private static final int HEALTHY = 4;

    /** The healthy may wait this much longer, or this long on a machine that is busy anyway. */
    private static final int MAX_SLOWER = 3;

    private static final long ALWAYS_FINE_P50_MICROS = 10_000;
    private static final long ALWAYS_FINE_P99_MICROS = 30_000;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

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
        all.put("ERLMCP_SESSIONS_MAX_NODE_EVENT_BYTES", MAX_KEPT_BYTES + "B");
        all.put("ERLMCP_LIMITS_MAX_SENDING", MAX_SENDING_BYTES + "B");
        all.put("ERLMCP_SESSIONS_IDLE_TIMEOUT", SESSION_IDLE.toSeconds() + "s");
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
                        GoodClients.start(node, HEALTHY, findings, trial.isPlanted(IMPATIENT))) {
            Duration calm = Duration.ofSeconds(trial.pick(2, 3, 10));
            rehearse(node, trial);
            rest(calm);
            healthy.take();
            rest(calm);
            GoodClients.Times before = healthy.take();
            long heap = new ProcessFigures(node.pid()).liveHeapBytes();
            long resident = new ProcessFigures(node.pid()).residentBytes();
            Watch watch = new Watch(node, heap + resident, trial, findings);
            for (StalledPeers.Kind kind : StalledPeers.Kind.values()) {
                try (StalledPeers peers = StalledPeers.open(kind, node, stalled)) {
                    watch.memory(kind, peers);
                }
                settle(node);
                healthy.take();
                try (StalledPeers peers = StalledPeers.open(kind, node, stalled)) {
                    watch.untilCut(kind, peers);
                }
                compare(kind, before, healthy.take(), findings);
                settle(node);
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
        for (StalledPeers.Kind kind : StalledPeers.Kind.values()) {
            try (StalledPeers peers = StalledPeers.open(kind, node, 4)) {
                peers.read(Duration.ofSeconds(trial.pick(1, 5, 10)));
            }
            settle(node);
        }
    }

    /** Waits until there are no sessions but those of the healthy, and of the producer. */
    private static void settle(NodeProcess node) throws IOException {
        int known = HEALTHY * Way.values().length + 1;
        if (!FullDisk.within(SETTLE_LIMIT.toMillis(), () -> SessionCount.of(node) <= known)) {
            throw new IOException(SessionCount.of(node) + " sessions are left of " + known);
        }
    }

    private static void rest(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /**
     * Looks on while peers stall.
     *
     * @param before heap and resident memory without them
     */
    private record Watch(NodeProcess node, long before, Trial trial, Findings findings) {
        /** Looks at the memory each second until all are cut, or the time is over. */
        void memory(StalledPeers.Kind kind, StalledPeers peers)
                throws IOException, InterruptedException {
            long began = System.nanoTime();
            while (peers.established() > 0
                    && System.nanoTime() - began < cutLimit(trial).toNanos()) {
                long looked = System.nanoTime();
                look(kind);
                rest(BETWEEN_LOOKS.minusNanos(System.nanoTime() - looked));
            }
            look(kind);
        }

        private void look(StalledPeers.Kind kind) throws IOException, InterruptedException {
            ProcessFigures process = new ProcessFigures(node.pid());
            long growth = process.residentBytes() + process.liveHeapBytes() - before;
            findings.count("looks_at_the_memory", 1);
            findings.largest(kind.figure() + "_memory_growth_kb", Math.max(0, growth >> 10));
            findings.check(
                    growth <= MAX_GROWTH_BYTES,
                    "memory grew by "
                            + (growth >> 20)
                            + " MB with stalled clients over "
                            + kind.figure());
        }

        /** All must be cut in time. */
        void untilCut(StalledPeers.Kind kind, StalledPeers peers) throws IOException {
            long began = System.nanoTime();
            int left = peers.established();
            findings.count(kind.figure() + "_stalled", left);
            while (left > 0 && System.nanoTime() - began < cutLimit(trial).toNanos()) {
                rest(POLL);
                left = peers.established();
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            findings.largest(kind.figure() + "_last_cut_s", seconds);
            findings.check(
                    left == 0,
                    left
                            + " stalled clients over "
                            + kind.figure()
                            + " are not cut after "
                            + cutLimit(trial));
        }
    }

    private static void compare(
            StalledPeers.Kind kind,
            GoodClients.Times before,
            GoodClients.Times during,
            Findings findings) {
        long calmP50 = before.micros(0.5);
        long calmP99 = before.micros(0.99);
        long p50 = during.micros(0.5);
        long p99 = during.micros(0.99);
        findings.largest("calm_p50_us", calmP50);
        findings.largest("calm_p99_us", calmP99);
        findings.largest(kind.figure() + "_p50_us", p50);
        findings.largest(kind.figure() + "_p99_us", p99);
        String with = "with stalled clients over " + kind.figure() + " calls took ";
        findings.check(
                p50 <= Math.max(MAX_SLOWER * calmP50, ALWAYS_FINE_P50_MICROS),
                with + p50 + " us at p50, before " + calmP50);
        findings.check(
                p99 <= Math.max(MAX_SLOWER * calmP99, ALWAYS_FINE_P99_MICROS),
                with + p99 + " us at p99, before " + calmP99);
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
