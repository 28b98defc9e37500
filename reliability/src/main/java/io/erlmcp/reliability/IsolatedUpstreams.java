package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * R33: an upstream server whose tools loop, allocate without end and die, one after the other, does
 * not slow another down: its 99th percentile stays within twice what it was.
 */
final class IsolatedUpstreams implements Guarantee {
    private static final String SAME = "on-the-same-server";
    private static final List<String> FAULTS = List.of("spin", "leak", "die");

    /** Below this a percentile on two busy cores says nothing. */
    private static final long FLOOR_MILLIS = 25;

    @Override
    public String id() {
        return "R33";
    }

    @Override
    public String title() {
        return "One upstream server loops, leaks and dies: another answers all calls, p99 within"
                + " twice what it was";
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
        try (McpClient client = UpstreamNode.client(node)) {
            UpstreamNode.awaitUp(node, List.of("bad", "good"), findings);
            int calls = trial.pick(100, 500, 5_000);
            measure(client, calls, findings); // so that the code is warm
            long quiet = measure(client, calls, findings);
            findings.largest("p99_alone_us", quiet / 1_000);
            for (String fault : FAULTS) {
                String server = trial.isPlanted(SAME) ? "good" : "bad";
                long busy = beside(node, server + '_' + fault, client, calls, findings);
                findings.largest("p99_beside_" + fault + "_us", busy / 1_000);
                long limit = Math.max(2 * quiet, quiet + FLOOR_MILLIS * 1_000_000);
                findings.check(
                        busy <= limit,
                        "beside "
                                + fault
                                + ": p99 "
                                + busy / 1_000
                                + " us, alone "
                                + quiet / 1_000);
            }
        } finally {
            node.kill();
            node.exitCode(UpstreamNode.PATIENCE);
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

    /** The percentile while {@code tool} is called all the time by somebody else. */
    private static long beside(
            NodeProcess node, String tool, McpClient client, int calls, Findings findings)
            throws InterruptedException {
        AtomicBoolean stopped = new AtomicBoolean();
        Thread other = Threads.startVirtual(tool, () -> misbehave(node, tool, stopped, findings));
        try {
            return measure(client, calls, findings);
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
                }
            } while (!stopped.get());
        } catch (RuntimeException e) {
            findings.fail(tool + ": no answer: " + e);
        }
    }

    /** The 99th percentile of calls one after the other, in nanoseconds. */
    private static long measure(McpClient client, int calls, Findings findings) {
        long[] took = new long[calls];
        for (int i = 0; i < calls; i++) {
            long began = System.nanoTime();
            try {
                boolean right =
                        client.call("good_echo", JsonObject.of("text", "t" + i))
                                .content()
                                .equals(List.of(new TextContent("t" + i)));
                findings.check(right, "the answer to t" + i + " is another");
            } catch (McpException e) {
                findings.fail("good_echo: " + e.getMessage());
            }
            took[i] = System.nanoTime() - began;
        }
        findings.count("calls", calls);
        Arrays.sort(took);
        return took[calls * 99 / 100];
    }
}
