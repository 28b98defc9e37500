package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * R29: mixed load for an hour. After the first third, in which everything fills up that is bounded,
 * neither the heap after a collection grows, nor threads, descriptors, or memory beside the heap;
 * and when the load has ended, nothing is left of it.
 */
final class LongRun implements Guarantee {
    private static final Duration SESSION_IDLE = Duration.ofSeconds(10);
    private static final Duration TASK_TIME = Duration.ofSeconds(10);

    /** Sweeps look every five seconds; the rest is for a slow machine. */
    private static final Duration AFTER = Duration.ofSeconds(20);

    /** Kinds of what the fixture keeps, which are the plants; as the figures name them. */
    private static final List<String> KINDS = List.of("heap", "threads", "files", "native");

    /**
     * Growth over the time that is judged which is none: what a busy node holds goes up and down.
     */
    private static final Map<String, Double> BOUNDS =
            Map.of(
                    "heap",
                    6.0 * (1 << 20),
                    "threads",
                    4.0,
                    "files",
                    16.0,
                    "native",
                    32.0 * (1 << 20));

    @Override
    public String id() {
        return "R29";
    }

    @Override
    public String title() {
        return "One hour of mixed load: flat heap, threads, descriptors and native memory";
    }

    @Override
    public List<String> plants() {
        return KINDS.stream().map(kind -> "leak-" + kind).toList();
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        Map<String, String> settings = new HashMap<>(Way.WITH_TCP);
        settings.put("ERLMCP_SESSIONS_BACKEND", "disk");
        settings.put("ERLMCP_SESSIONS_IDLE_TIMEOUT", SESSION_IDLE.toSeconds() + "s");
        settings.put("ERLMCP_TASKS_TTL", TASK_TIME.toSeconds() + "s");
        // fixed and touched, so that what resident memory grows by is beside the heap
        settings.put("ERLMCP_JAVA_OPTS", "-Xms256m -Xmx256m -XX:+AlwaysPreTouch");
        try (Folder folder = new Folder("r29")) {
            boolean isTiny = trial.size() == Trial.Size.TINY;
            Launch launch = isTiny ? trial.launch() : trial.launch().withConfig(config(folder));
            try (Scene scene = new Scene(launch, settings, folder)) {
                if (!isTiny) {
                    UpstreamNode.awaitUp(scene.node(), List.of("good"), findings);
                }
                MixedLoad load = new MixedLoad(scene, trial, !isTiny, findings);
                load.start();
                try {
                    watch(scene, trial, findings);
                } finally {
                    load.stop();
                }
                if (trial.plant() == null) {
                    nothingIsLeft(scene, findings);
                }
                findings.check(scene.node().isAlive(), "it ended:\n" + scene.node().lastLines());
            }
        }
    }

    private static Path config(Folder folder) throws IOException {
        String text =
                """
                plugins: [io.erlmcp.conformance.FixtureProvider]
                upstreams:
                  good:
                    command: [node, '%s']
                    always_prefix: true
                """
                        .formatted(UpstreamNode.script());
        return Files.writeString(folder.path().resolve("erlmcp.yaml"), text);
    }

    /** Looks on; the first third is for what fills up, and for what the JVM compiles. */
    private static void watch(Scene scene, Trial trial, Findings findings)
            throws IOException, InterruptedException {
        Duration time = trial.time(36, 90, 3_600);
        Duration pause = time.toMinutes() >= 10 ? Duration.ofSeconds(10) : Duration.ofSeconds(2);
        ProcessFigures process = new ProcessFigures(scene.node().pid());
        Map<String, Growth> seen = new LinkedHashMap<>();
        KINDS.forEach(kind -> seen.put(kind, new Growth()));
        long began = System.nanoTime();
        double seconds = 0;
        while (seconds < time.toSeconds()) {
            long looked = System.nanoTime();
            leak(scene, trial);
            long heap = process.liveHeapBytes();
            seconds = (System.nanoTime() - began) / 1e9;
            if (seconds > time.toSeconds() / 3.0) {
                double at = seconds;
                Map<String, Long> now =
                        Map.of(
                                "heap",
                                heap,
                                "threads",
                                process.threads(),
                                "files",
                                process.descriptors(),
                                "native",
                                process.residentBytes());
                seen.forEach(
                        (kind, growth) -> growth.add(at, now.getOrDefault(kind, 0L).doubleValue()));
            }
            LockSupport.parkNanos(pause.toNanos() - (System.nanoTime() - looked));
        }
        seen.forEach((kind, growth) -> judge(kind, growth, findings));
    }

    private static void judge(String kind, Growth growth, Findings findings) {
        boolean isBytes = kind.equals("heap") || kind.equals("native");
        String unit = isBytes ? "_kb" : "";
        int divisor = isBytes ? 1024 : 1;
        findings.largest("looks", growth.looks());
        findings.largest(kind + unit, Math.round(growth.middle() / divisor));
        findings.largest(
                kind + "_growth" + unit, Math.round(Math.max(0, growth.whole() / divisor)));
        findings.check(growth.looks() >= 5, "only " + growth.looks() + " looks at " + kind);
        double bound = BOUNDS.getOrDefault(kind, 0.0);
        findings.check(
                growth.whole() <= bound,
                "%s grew by %,.0f, at most %,.0f are none".formatted(kind, growth.whole(), bound));
    }

    private static void leak(Scene scene, Trial trial) throws IOException {
        for (String kind : KINDS) {
            if (trial.isPlanted("leak-" + kind)) {
                int more = kind.equals("native") ? 6 : kind.equals("files") ? 5 : 2;
                scene.call("keep", JsonObject.of("kind", kind, "n", more));
            }
        }
    }

    private static void nothingIsLeft(Scene scene, Findings findings) {
        long began = System.nanoTime();
        Duration limit = SESSION_IDLE.plus(TASK_TIME).plus(AFTER);
        for (String gauge :
                List.of(
                        "erlmcp_sessions",
                        "erlmcp_calls_in_flight",
                        "erlmcp_calls_waiting",
                        "erlmcp_listen_streams",
                        "erlmcp_tasks_running",
                        "erlmcp_tasks",
                        "erlmcp_threads_abandoned")) {
            boolean isGone =
                    FullDisk.within(limit.toMillis(), () -> scene.look().metric(gauge, "") == 0);
            findings.check(
                    isGone, "after the load " + gauge + " is " + scene.look().metric(gauge, ""));
        }
        findings.largest(
                "nothing_left_after_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }
}
