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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * R33: an upstream server whose tools loop, allocate without end and die, one after the other, does
 * not slow another down: at half of the capacity its 99th percentile stays within twice what it is
 * in the quiet times before and after the fault. Where those differ by as much among each other,
 * the run is void, unless a fault costs more than twice the worst of them.
 *
 * <p>The capacity is measured first; then each fault is caused several times while nothing is
 * judged, and what loops cost that have nothing to do with the node is said, which widens no limit.
 */
final class IsolatedUpstreams implements Guarantee {
    private static final String SAME = "on-the-same-server";

    /** In place of the faults: no node can hold it, so the row sees what slows calls down. */
    private static final String FOREIGN = "foreign-loops";

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
        return List.of(SAME, FOREIGN);
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
        long foreign = besideForeignLoops(1, calls, half, time).micros(0.99);
        findings.largest("p99_beside_a_foreign_loop_us", foreign);
        calls.atRate(half, time);
        Slowdown slowdown = new Slowdown(calls.atRate(half, time));
        for (String fault : FAULTS) {
            SteadyCalls.Times busy = beside(fault, node, calls, half, time, trial, findings);
            awaitAnswers(node, trial.isPlanted(SAME) ? "good" : "bad", findings);
            long limit = slowdown.add(fault, busy, calls.atRate(half, time));
            findings.largest("p50_beside_" + fault + "_us", busy.micros(0.5));
            findings.largest("p99_beside_" + fault + "_us", busy.micros(0.99));
            findings.largest("most_beside_" + fault + "_us", limit);
        }
        findings.largest("least_p99_alone_us", slowdown.leastQuietMicros());
        findings.largest("most_p99_alone_us", slowdown.mostQuietMicros());
        Optional<String> noise = slowdown.noise();
        (noise.isEmpty() ? slowdown.failures() : slowdown.certainFailures())
                .forEach(findings::fail);
        noise.ifPresent(findings::voidBecause);
    }

    private static SteadyCalls.Times beside(
            String fault,
            NodeProcess node,
            SteadyCalls calls,
            double perSecond,
            Duration time,
            Trial trial,
            Findings findings)
            throws IOException, InterruptedException {
        if (trial.isPlanted(FOREIGN)) {
            int loops = 2 * Runtime.getRuntime().availableProcessors();
            return besideForeignLoops(loops, calls, perSecond, time);
        }
        String server = trial.isPlanted(SAME) ? "good" : "bad";
        return beside(node, server + '_' + fault, calls, perSecond, time, findings);
    }

    /** A quiet time begins when what misbehaved has been replaced. */
    private static void awaitAnswers(NodeProcess node, String server, Findings findings)
            throws InterruptedException {
        try (McpClient client = UpstreamNode.client(node)) {
            boolean answers = UpstreamNode.await(() -> isAnswered(client, server + "_echo"));
            findings.check(answers, server + " does not answer again");
        }
    }

    private static boolean isAnswered(McpClient client, String tool) {
        try {
            client.call(tool, JsonObject.of("text", "again"));
            return true;
        } catch (McpException e) {
            return false;
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

    /** What processes cost that the node knows nothing of. */
    private static SteadyCalls.Times besideForeignLoops(
            int count, SteadyCalls calls, double perSecond, Duration time)
            throws IOException, InterruptedException {
        List<Process> loops = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                loops.add(new ProcessBuilder("node", "-e", "for(;;);").start());
            }
            return calls.atRate(perSecond, time);
        } finally {
            for (Process loop : loops) {
                loop.destroyForcibly().waitFor();
            }
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
