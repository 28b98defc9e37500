package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * R32: upstream servers that are child processes are killed, each while {@link
 * NumberedCalls#PER_SECOND} calls a second are made of it and some of them run; the node at the
 * end. Every call is answered, rightly or with the error that says who is not there; by what the
 * servers wrote down each ran once if it was answered, not at all if it was told to come back,
 * never twice unless it only reads; each server is back after each kill; nothing that they started
 * is left.
 */
final class KilledUpstreams implements Guarantee {
    private static final String MISCOUNT = "expect-another-answer";
    private static final String HALTS = "usual-intensity";
    private static final String ESCAPE = "children-that-escape";
    private static final String REPEATED = "calls-that-may-be-repeated";

    /** So long a call runs, so that each kill finds some at it. */
    private static final int CALL_MILLIS = 50;

    /** For what was a server's own to be gone, which takes no processor. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final List<String> NAMES = List.of("a", "b");

    @Override
    public String id() {
        return "R32";
    }

    @Override
    public String title() {
        return "Upstream servers killed under load, then the node: no call without an answer, no"
                + " wrong answer, nothing run twice, every server back, no process left";
    }

    @Override
    public List<String> plants() {
        return List.of(MISCOUNT, HALTS, ESCAPE, REPEATED);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        try (Folder folder = new Folder("r32")) {
            run(trial, folder.path(), findings);
        }
    }

    private static void run(Trial trial, Path folder, Findings findings) throws Exception {
        // told apart from the sleep of others by its length, which stands in the command line
        String nap =
                "98" + trial.random("nap").nextInt(1_000_000_000) + "." + System.nanoTime() % 1000;
        Path record = folder.resolve("record");
        Path config = folder.resolve("erlmcp.yaml");
        Files.writeString(config, config(trial, nap, record));
        NodeProcess node =
                trial.launch().withConfig(config).start("--port", "0", "--admin-port", "0");
        try {
            UpstreamNode.awaitUp(node, NAMES, findings);
            Map<String, NumberedCalls> load = new LinkedHashMap<>();
            String ending = trial.isPlanted(MISCOUNT) ? "!" : "";
            for (String name : NAMES) {
                load.put(name, new NumberedCalls(node.mcp(), name, ending, findings));
            }
            load.values().forEach(NumberedCalls::start);
            int kills = trial.isPlanted(HALTS) ? 7 : trial.pick(3, 10, 200);
            killEach(node, nap, load, kills, trial.random("kills"), findings);
            for (NumberedCalls calls : load.values()) {
                calls.stop();
            }
            for (NumberedCalls calls : load.values()) {
                calls.judge(Executions.read(record));
            }
            findings.check(
                    findings.figures().containsKey(NumberedCalls.LOST_IN_THEIR_RUN),
                    "no call ran while its server was killed");
            findings.check(
                    UpstreamNode.await(SOON, () -> sleepers(nap) == NAMES.size()),
                    "children of " + NAMES.size() + " servers after the kills: " + sleepers(nap));
        } finally {
            node.kill();
            node.exitCode(UpstreamNode.PATIENCE);
        }
        boolean gone = UpstreamNode.await(SOON, () -> processes(nap).isEmpty());
        findings.check(gone, "left after the node was killed: " + processes(nap));
        processes(nap).forEach(ProcessHandle::destroyForcibly);
    }

    private static String config(Trial trial, String nap, Path record) throws IOException {
        StringBuilder text = new StringBuilder("upstreams:\n");
        String more =
                (trial.isPlanted(ESCAPE) ? ", --escape" : "")
                        + (trial.isPlanted(REPEATED) ? ", --idempotent" : "");
        for (String name : NAMES) {
            text.append(
                    """
                      %s:
                        command: [node, "%s", --name, %s, --nap, "%s", --record, "%s", --takes, "%d"%s]
                        always_prefix: true
                        era: legacy
                        max_restarts: %d
                        max_restart_pause: 100ms
                    """
                            .formatted(
                                    name,
                                    UpstreamNode.script(),
                                    name,
                                    nap,
                                    record,
                                    CALL_MILLIS,
                                    more,
                                    trial.isPlanted(HALTS) ? 5 : 1000));
        }
        return text.toString();
    }

    /** All that has to do with this run: servers, what waits to become one, their children. */
    private static List<ProcessHandle> processes(String nap) {
        return ProcessHandle.allProcesses()
                .filter(it -> it.info().commandLine().orElse("").contains(nap))
                .toList();
    }

    /** The servers' own children, one of each. */
    private static long sleepers(String nap) {
        return processes(nap).stream()
                .filter(it -> it.info().command().orElse("").endsWith("/sleep"))
                .count();
    }

    private static void killEach(
            NodeProcess node,
            String nap,
            Map<String, NumberedCalls> load,
            int kills,
            Random random,
            Findings findings)
            throws InterruptedException {
        for (int i = 0; i < kills; i++) {
            for (String name : load.keySet()) {
                long starts = UpstreamNode.starts(node, name);
                ProcessHandle victim = server(name, nap);
                if (victim == null) {
                    findings.fail("kill " + i + ": " + name + " has no process");
                    continue;
                }
                findings.count("calls_in_flight_when_killed", load.get(name).inFlight());
                victim.destroyForcibly();
                findings.count("kills", 1);
                long began = System.nanoTime();
                if (isBack(node, name, starts)) {
                    long millis = (System.nanoTime() - began) / 1_000_000;
                    findings.largest("longest_absence_ms", millis);
                } else {
                    findings.fail("kill " + i + ": " + name + " does not come back");
                    return;
                }
                LockSupport.parkNanos(random.nextLong(50_000_000));
            }
        }
    }

    private static boolean isBack(NodeProcess node, String name, long starts)
            throws InterruptedException {
        return UpstreamNode.await(
                () -> UpstreamNode.isUp(node, name) && UpstreamNode.starts(node, name) > starts);
    }

    private static @Nullable ProcessHandle server(String name, String nap) {
        String words = "--name " + name + " --nap " + nap;
        return ProcessHandle.allProcesses()
                .filter(it -> it.info().commandLine().orElse("").contains("echo.mjs " + words))
                // the shell that waits to become the server has the same words behind its own
                .filter(it -> !it.info().commandLine().orElse("").contains("/bin/sh"))
                .findFirst()
                .orElse(null);
    }
}
