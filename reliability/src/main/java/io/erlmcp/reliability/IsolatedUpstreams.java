package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * R33: an upstream server whose tools loop, allocate without end and die, one after the other, does
 * not slow another down: at half of the capacity its 99th percentile stays within twice what it
 * was, or within what a loop costs that has nothing to do with the node.
 */
final class IsolatedUpstreams implements Guarantee {
    private static final String SAME = "on-the-same-server";

    /** One that is refused at once is no reason to flood the node: that is R15. */
    private static final Duration BETWEEN_BAD_CALLS = Duration.ofMillis(50);

    private static final int ROUNDS_TO_WARM = 3;

    private static final List<String> FAULTS = List.of("spin", "leak", "die");

    @Override
    public String id() {
        return "R33";
    }

    @Override
    public String title() {
        return "One upstream server loops, leaks and dies: another answers all calls, at half of"
                + " the capacity p99 within twice what it was";
    }

    @Override
    public List<String> plants() {
        return List.of(SAME);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        Path config = Files.createTempDirectory("upstreams").resolve("erlmcp.yaml");
        Files.writeString(config, config());
        NodeProcess node =
                trial.launch().withConfig(config).start("--port", "0", "--admin-port", "0");
        try {
            UpstreamNode.awaitUp(node, List.of("bad", "good"), findings);
            judge(node, trial, findings);
        } finally {
            node.kill();
            node.exitCode(UpstreamNode.PATIENCE);
        }
    }

    private static void judge(NodeProcess node, Trial trial, Findings findings) throws Exception {
        SteadyCalls calls = new SteadyCalls(node.mcp(), "good_echo", findings);
        Duration time = Duration.ofSeconds(trial.pick(2, 5, 60));
        calls.capacity(time); // so that the code is warm
        Duration each = Duration.ofSeconds(trial.pick(2, 5, 10));
        failForTheFirstTime(node, calls, calls.capacity(each) / 2, each, findings);
        double capacity = calls.capacity(time);
        double half = capacity / 2;
        findings.largest("capacity_per_second", Math.round(capacity));
        double left = capacityBesideAForeignLoop(calls, time);
        findings.largest("capacity_beside_a_foreign_loop_per_second", Math.round(left));
        calls.atRate(half, time);
        long quiet = calls.atRate(half, time).micros(0.99);
        findings.largest("p99_alone_us", quiet);
        long machine = besideAForeignLoop(calls, half, time);
        findings.largest("p99_beside_a_foreign_loop_us", machine);
        long limit = Math.max(2 * quiet, machine);
        findings.largest("limit_us", limit);
        for (String fault : FAULTS) {
            String server = trial.isPlanted(SAME) ? "good" : "bad";
            SteadyCalls.Times busy =
                    beside(node, server + '_' + fault, calls, half, time, findings);
            findings.largest("p50_beside_" + fault + "_us", busy.micros(0.5));
            findings.largest("p99_beside_" + fault + "_us", busy.micros(0.99));
            findings.check(
                    busy.micros(0.99) <= limit,
                    "beside %s: p99 %,d us, alone %,d, beside a foreign loop %,d"
                            .formatted(fault, busy.micros(0.99), quiet, machine));
        }
    }

    /**
     * Each fault while nothing is judged, several times. What fails for the first time makes the
     * JVM take back much of what it had compiled, and compile it again for seconds on a processor
     * that the calls need: what that costs is said, and is no matter of what the server does.
     */
    private static void failForTheFirstTime(
            NodeProcess node, SteadyCalls calls, double perSecond, Duration each, Findings findings)
            throws InterruptedException {
        for (int round = 0; round < ROUNDS_TO_WARM; round++) {
            for (String fault : FAULTS) {
                long p99 =
                        beside(node, "bad_" + fault, calls, perSecond, each, findings).micros(0.99);
                if (round == 0) {
                    findings.largest("p99_beside_first_" + fault + "_us", p99);
                }
            }
        }
    }

    /**
     * What is left of the capacity by a process in a session of its own. Where that is half of it
     * or less, a loop anywhere leaves no room at half of the capacity, and no node can hold this.
     */
    private static double capacityBesideAForeignLoop(SteadyCalls calls, Duration time)
            throws IOException, InterruptedException {
        Process loop = new ProcessBuilder("setsid", "node", "-e", "for(;;);").start();
        try {
            return calls.capacity(time);
        } finally {
            loop.destroyForcibly().waitFor();
        }
    }

    /** What a process costs that the node knows nothing of: nobody can take less from another. */
    private static long besideAForeignLoop(SteadyCalls calls, double perSecond, Duration time)
            throws IOException, InterruptedException {
        Process loop = new ProcessBuilder("node", "-e", "for(;;);").start();
        try {
            return calls.atRate(perSecond, time).micros(0.99);
        } finally {
            loop.destroyForcibly().waitFor();
        }
    }

    private static String config() throws IOException {
        StringBuilder text = new StringBuilder("upstreams:\n");
        for (String name : List.of("bad", "good")) {
            text.append(
                    """
                      %s:
                        command: [node, --max-old-space-size=64, "%s", --name, %s]
                        always_prefix: true
                        era: legacy
                        max_restarts: 1000
                        max_restart_pause: 100ms
                        call_timeout: 1s
                        ping_interval: 500ms
                        ping_timeout: 500ms
                        max_missed_pings: 2
                    """
                            .formatted(name, UpstreamNode.script(), name));
        }
        return text.toString();
    }

    /** The calls while {@code tool} is called all the time by somebody else. */
    private static SteadyCalls.Times beside(
            NodeProcess node,
            String tool,
            SteadyCalls calls,
            double perSecond,
            Duration time,
            Findings findings)
            throws InterruptedException {
        AtomicBoolean stopped = new AtomicBoolean();
        Thread other = Threads.startVirtual(tool, () -> misbehave(node, tool, stopped, findings));
        try {
            return calls.atRate(perSecond, time);
        } finally {
            stopped.set(true);
            other.join();
        }
    }

    private static void misbehave(
            NodeProcess node, String tool, AtomicBoolean stopped, Findings findings) {
        try (McpClient client = UpstreamNode.client(node)) {
            do {
                try {
                    client.call(tool, JsonObject.EMPTY);
                    findings.fail(tool + " was answered");
                } catch (McpException e) {
                    findings.count("failed_calls_of_the_bad_server", 1);
                    LockSupport.parkNanos(BETWEEN_BAD_CALLS.toNanos());
                }
            } while (!stopped.get());
        } catch (RuntimeException e) {
            findings.fail(tool + ": no answer: " + e);
        }
    }
}
