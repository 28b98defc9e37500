package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.client.CallOptions;
import io.erlmcp.client.ClientLimits;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.http.SseClientTransport;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.runtime.Threads;
import io.erlmcp.tcp.SocketClientConfig;
import io.erlmcp.tcp.SocketTransport;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.websocket.WebSocketTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * R25: packets between clients and node are late, lost, doubled and out of order. What the clients
 * counted is what the node counted, and everything arrived whole and in order.
 */
final class BadNetwork implements Guarantee {
    private static final String TWICE = "send-twice";
    private static final String CUT = "cut-the-line";
    private static final LossyLink.Faults FAULTS =
            new LossyLink.Faults(Duration.ofMillis(100), 0.05, 0.02, 0.05, Duration.ofMillis(60));
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Duration SHORT = Duration.ofSeconds(5);
    private static final int NOTES = 20;

    /** How clients talk to the node: a transport, and for HTTP with single answers or streams. */
    private enum Talk {
        HTTP,
        SSE,
        /** HTTP+SSE of 2024-11-05. */
        LEGACY_SSE,
        WEBSOCKET,
        TCP;

        boolean isLegacy() {
            return this == SSE || this == LEGACY_SSE;
        }

        ClientTransport to(NodeProcess node) {
            return switch (this) {
                case HTTP, SSE -> StreamableHttpClientTransport.to(node.mcp().toString());
                case LEGACY_SSE -> SseClientTransport.to(SsePoster.of(node).toString());
                case WEBSOCKET -> WebSocketTransport.to(Way.WEBSOCKET.of(node).toString());
                case TCP -> new SocketTransport(SocketClientConfig.of(Way.TCP.of(node)));
            };
        }

        String figure() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String id() {
        return "R25";
    }

    @Override
    public String title() {
        return "100 ms of delay each way, 5 % of packets lost, doubled ones and another order, over"
                + " HTTP, SSE, HTTP+SSE, WebSocket and TCP: no protocol error, no tool runs twice";
    }

    @Override
    public List<String> plants() {
        return List.of(TWICE, CUT);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        int each = trial.pick(2, 6, 25);
        int calls = trial.pick(4, 12, 100);
        try (FarNode far = FarNode.start(trial.launch());
                LossyLink link = far.connect(FAULTS, trial, findings)) {
            if (trial.isPlanted(CUT)) {
                link.cut();
            }
            List<Thread> threads = new ArrayList<>();
            for (Talk talk : Talk.values()) {
                for (int i = 0; i < each; i++) {
                    String name = talk.figure() + "-" + i;
                    Random random = trial.random(name);
                    Run run = new Run(talk, name, calls, random, trial, findings);
                    threads.add(Threads.startVirtual(name, () -> run.on(far.node())));
                }
            }
            for (Thread thread : threads) {
                thread.join();
            }
            findings.check(far.node().isAlive(), "the node ended:\n" + far.node().lastLines());
        }
        if (!trial.isPlanted(CUT)) {
            checkLine(findings);
        }
    }

    /** A line without faults would prove nothing. */
    private static void checkLine(Findings findings) {
        for (String fault : List.of("packets_lost", "packets_twice", "packets_overtaken")) {
            findings.check(
                    findings.figures().getOrDefault(fault, 0L) > 0, "there were no " + fault);
        }
    }

    /** What one client does. */
    private record Run(
            Talk talk, String name, int calls, Random random, Trial trial, Findings findings) {
        void on(NodeProcess node) {
            EraChoice era =
                    talk.isLegacy() || random.nextBoolean() ? EraChoice.LEGACY : EraChoice.MODERN;
            Duration limit = trial.isPlanted(CUT) ? SHORT : TIMEOUT;
            try (McpClient client =
                    McpClient.builder(talk.to(node))
                            .era(era)
                            .limits(ClientLimits.DEFAULTS)
                            .timeout(limit)
                            .maxTimeout(limit.multipliedBy(2))
                            .connect()) {
                for (int i = 1; i <= calls; i++) {
                    count(client, i);
                    if (talk.isLegacy() || i % 4 == 0) {
                        notes(client);
                    }
                }
                String sum = text(client.call("counter_add", JsonObject.of("key", name, "n", 0)));
                findings.check(
                        sum.equals(Integer.toString(calls)),
                        name + " called " + calls + " times, the node counted " + sum);
            } catch (RuntimeException e) {
                findings.fail(name + ": " + e);
            }
        }

        /** Each answer is one more than the last, or something ran twice or not at all. */
        private void count(McpClient client, int expected) {
            JsonObject one = JsonObject.of("key", name, "n", 1);
            String sum = text(client.call("counter_add", one));
            if (trial.isPlanted(TWICE) && expected == calls) {
                client.call("counter_add", one);
            }
            findings.count(talk.figure() + "_calls", 1);
            findings.check(
                    sum.equals(Integer.toString(expected)),
                    name + " expected " + expected + ", got " + sum);
        }

        /** What comes before the answer comes whole and in order. */
        private void notes(McpClient client) {
            ConcurrentLinkedQueue<Integer> heard = new ConcurrentLinkedQueue<>();
            CallOptions options =
                    CallOptions.NONE.withProgress(it -> heard.add((int) it.progress()));
            client.call("emit", JsonObject.of("n", NOTES, "bytes", 500), options);
            List<Integer> all = new ArrayList<>(heard);
            findings.count(talk.figure() + "_events", all.size());
            for (int i = 0; i < all.size(); i++) {
                findings.check(
                        all.get(i) == i + 1,
                        name + " heard " + all.get(i) + " at place " + (i + 1));
            }
            findings.check(
                    all.size() == NOTES, name + " heard " + all.size() + " of " + NOTES + " notes");
        }

        private static String text(CallToolResult result) {
            boolean isText =
                    !result.content().isEmpty()
                            && result.content().getFirst() instanceof TextContent;
            return isText ? ((TextContent) result.content().getFirst()).text() : "no text";
        }
    }
}
