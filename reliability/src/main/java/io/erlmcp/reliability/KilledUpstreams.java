package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * R32: upstream servers that are child processes are killed under load, the node at the end. Every
 * call is answered, rightly or with the error that says who is not there; each server is back after
 * each kill; nothing that they started is left.
 */
final class KilledUpstreams implements Guarantee {
    private static final String MISCOUNT = "expect-another-answer";
    private static final String HALTS = "usual-intensity";
    private static final String ESCAPE = "children-that-escape";
    private static final List<String> NAMES = List.of("a", "b");

    @Override
    public String id() {
        return "R32";
    }

    @Override
    public String title() {
        return "Upstream servers killed under load, then the node: no call without an answer, no"
                + " wrong answer, every server back, no process left";
    }

    @Override
    public List<String> plants() {
        return List.of(MISCOUNT, HALTS, ESCAPE);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        // told apart from the sleep of others by its length, which stands in the command line
        String nap =
                "98" + trial.random("nap").nextInt(1_000_000_000) + "." + System.nanoTime() % 1000;
        Path folder = Files.createTempDirectory("upstreams");
        Path config = folder.resolve("erlmcp.yaml");
        Files.writeString(config, config(trial, nap));
        NodeProcess node =
                trial.launch().withConfig(config).start("--port", "0", "--admin-port", "0");
        try {
            UpstreamNode.awaitUp(node, NAMES, findings);
            Calls load = new Calls(node, trial, findings);
            load.start();
            int kills = trial.isPlanted(HALTS) ? 7 : trial.pick(3, 10, 200);
            killEach(node, nap, kills, trial.random("kills"), findings);
            load.stop();
        } finally {
            node.kill();
            node.exitCode(UpstreamNode.PATIENCE);
        }
        boolean gone = UpstreamNode.await(() -> processes(nap).isEmpty());
        findings.check(gone, "left after the node was killed: " + processes(nap));
        processes(nap).forEach(ProcessHandle::destroyForcibly);
    }

    private static String config(Trial trial, String nap) throws IOException {
        StringBuilder text = new StringBuilder("upstreams:\n");
        String more = trial.isPlanted(ESCAPE) ? ", --escape" : "";
        for (String name : NAMES) {
            text.append(
                    """
                      %s:
                        command: [node, "%s", --name, %s, --nap, "%s"%s]
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
                                    more,
                                    trial.isPlanted(HALTS) ? 5 : 1000));
        }
        return text.toString();
    }

    /** The sleepers, which are the servers' own children. */
    private static List<ProcessHandle> processes(String nap) {
        return ProcessHandle.allProcesses()
                .filter(it -> it.info().commandLine().orElse("").contains(nap))
                .toList();
    }

    private static void killEach(
            NodeProcess node, String nap, int kills, Random random, Findings findings)
            throws InterruptedException {
        for (int i = 0; i < kills; i++) {
            for (String name : NAMES) {
                long starts = UpstreamNode.starts(node, name);
                ProcessHandle victim = server(name, nap);
                if (victim == null) {
                    findings.fail("kill " + i + ": " + name + " has no process");
                    continue;
                }
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

    /**
     * Clients that call both servers all the time.
     *
     * <p>Process model: a virtual thread for each client, joined by {@link #stop}.
     */
    private static final class Calls {
        private final NodeProcess node;
        private final Trial trial;
        private final Findings findings;
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean stopped;

        Calls(NodeProcess node, Trial trial, Findings findings) {
            this.node = node;
            this.trial = trial;
            this.findings = findings;
        }

        void start() {
            for (int i = 0; i < 4; i++) {
                int number = i;
                threads.add(Threads.startVirtual("client-" + i, () -> run(number)));
            }
        }

        void stop() throws InterruptedException {
            stopped = true;
            for (Thread thread : threads) {
                thread.join(UpstreamNode.PATIENCE);
                findings.check(!thread.isAlive(), thread.getName() + ": a call has no answer");
            }
        }

        private void run(int number) {
            try (McpClient client = UpstreamNode.client(node)) {
                for (int i = 0; !stopped; i++) {
                    String tool = NAMES.get(i % 2) + (i % 3 == 0 ? "_look" : "_echo");
                    call(client, tool, number + "-" + i);
                }
            } catch (RuntimeException e) {
                findings.fail("client " + number + ": " + e);
            }
        }

        private void call(McpClient client, String tool, String text) {
            findings.count("calls", 1);
            try {
                CallToolResult result = client.call(tool, JsonObject.of("text", text));
                String wanted = trial.isPlanted(MISCOUNT) ? text + "!" : text;
                boolean right = result.content().equals(List.of(new TextContent(wanted)));
                findings.check(right, tool + ": the answer to " + text + " is " + result);
            } catch (McpException e) {
                findings.count("refused", 1);
                boolean clear =
                        e.code() == ErrorCode.UPSTREAM_UNAVAILABLE
                                && e.data() instanceof JsonObject data
                                && data.string("component").orElse("").startsWith("upstreams/");
                findings.check(clear, tool + ": refused with " + e.code() + " " + e.getMessage());
                LockSupport.parkNanos(5_000_000);
            } catch (RuntimeException e) {
                findings.fail(tool + ": no answer: " + e);
            }
        }
    }
}
