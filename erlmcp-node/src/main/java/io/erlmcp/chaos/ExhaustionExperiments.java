package io.erlmcp.chaos;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Something runs out: memory, connections, processors. */
final class ExhaustionExperiments {
    private static final double DEGRADE = 90;
    private static final double HARD = 97;
    private static final double EASY = 70;
    private static final int STEP_MB = 4;
    private static final int MOST_MB = 600;
    private static final String HEAP = "-Xmx512m";
    private static final String ACTIVE = "erlmcp_degradation_active";
    private static final String MEMORY = "resource=\"memory\"";
    private static final int EMERGENCY = 1;
    private static final int CONNECTIONS = 8;

    private ExhaustionExperiments() {}

    static List<Experiment> all() {
        return List.of(
                of(
                        "memory-degrade",
                        "a tool keeps memory until 91.5 % of the heap are in use, then lets go",
                        "held back from 90 % on, not before; new connections are refused; all"
                                + " comes back",
                        ExhaustionExperiments::degrade),
                of(
                        "memory-emergency",
                        "a tool keeps memory without end",
                        "emergency stop at 97 %, exit code 1; the next start has the session that"
                                + " was in memory, and runs no tool until it is resumed",
                        ExhaustionExperiments::emergency),
                of(
                        "connections",
                        "40 connections where 8 are allowed",
                        "those who were there are served; new ones once there is room",
                        ExhaustionExperiments::connections),
                of(
                        "runaway-tool",
                        "3 calls of a tool that never ends",
                        "answered at their deadline; the tool is halted; others are served",
                        ExhaustionExperiments::runaway));
    }

    private static Experiment of(
            String name, String fault, String expected, Experiment.Script script) {
        return Experiment.of(Suite.EXHAUSTION, name, fault, expected, script);
    }

    /** Takes memory from one node, step by step. */
    private static final class Memory {
        private final ChaosNode node;
        private int heldMegabytes;
        private double percent;

        Memory(ChaosNode node) {
            this.node = node;
        }

        /** Until so much of the heap is in use; false when the node does not answer any more. */
        boolean rise(double most) {
            while (percent < most && heldMegabytes < MOST_MB) {
                if (!hold(heldMegabytes + STEP_MB)) {
                    return false;
                }
            }
            return true;
        }

        boolean hold(int megabytes) {
            Answer answer = node.call("hold", JsonObject.of("mb", megabytes));
            if (!answer.isRight()) {
                return false;
            }
            heldMegabytes = megabytes;
            percent = Double.parseDouble(answer.text());
            return true;
        }
    }

    private static void degrade(Stage stage, Observations seen) throws Exception {
        ChaosNode node = stage.node(stage.config(), HEAP);
        Memory memory = new Memory(node);
        stage.fault(() -> memory.rise(EASY));
        Stage.pause(Duration.ofSeconds(1));
        seen.check(node.metric(ACTIVE, MEMORY) == 0, "held back at " + memory.percent + " %");
        stage.fault(() -> memory.rise(DEGRADE + 1.5));
        boolean active = stage.await(() -> node.metric(ACTIVE, MEMORY) == 1);
        seen.fact("percent", Math.round(memory.percent));
        seen.check(active, "nothing is held back at " + memory.percent + " %");
        URI mcp = node.process().mcp();
        seen.same("new_connection", 503, fresh(mcp));
        seen.same("ready", 200, node.ready());
        seen.check(memory.hold(0), "who was connected is not served");
        seen.check(stage.await(() -> node.metric(ACTIVE, MEMORY) == 0), "it does not come back");
        seen.check(stage.await(() -> fresh(mcp) != 503), "new connections are still refused");
    }

    /** What a connection that was not there before is answered. */
    private static int fresh(URI mcp) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(mcp.getHost(), mcp.getPort()), 10_000);
            socket.setSoTimeout(10_000);
            String request =
                    "POST "
                            + mcp.getPath()
                            + " HTTP/1.1\r\nHost: "
                            + mcp.getAuthority()
                            + "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
            socket.getOutputStream()
                    .write(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 503".length());
            String status = new String(line, java.nio.charset.StandardCharsets.US_ASCII);
            return Integer.parseInt(status.substring(status.lastIndexOf(' ') + 1));
        }
    }

    private static void emergency(Stage stage, Observations seen) throws Exception {
        JsonObject config = stage.config();
        ChaosNode node = stage.node(config, HEAP);
        String session = node.openSession();
        Memory memory = new Memory(node);
        stage.fault(() -> memory.rise(DEGRADE + 1.5));
        boolean held = stage.await(() -> node.metric(ACTIVE, MEMORY) == 1);
        seen.check(held, "it did not hold back before");
        stage.fault(() -> press(node, memory));
        Integer code = node.process().exitCode(stage.patience());
        seen.fact("percent", Math.round(memory.percent));
        seen.same("exit_code", EMERGENCY, code == null ? -1 : code);
        boolean told = node.process().lastLines().contains("EMERGENCY_SHUTDOWN");
        seen.check(told, "the stop is not told:\n" + node.process().lastLines());
        if (code == null) {
            return; // it holds the folder that the next one needs
        }
        ChaosNode next = stage.node(config, HEAP);
        seen.same("ready_after_start", 503, next.ready());
        seen.same("call_after_start", ErrorCode.HALTED, next.call("echo").code());
        int resumed =
                next.andon(
                        "resume",
                        JsonObject.of(
                                "component",
                                "node",
                                "cause",
                                "an experiment took the memory",
                                "fix",
                                "it is over",
                                "prevention",
                                "none is needed"));
        seen.check(resumed == 200, "it cannot be resumed: " + resumed);
        seen.same("session_after_start", 200, next.pingSession(session));
        seen.same("other_session", 404, next.pingSession(session + "x"));
        CrashExperiments.works(next, "echo", seen);
    }

    /** Until it ends; near the edge nothing more is taken, so that the guardian ends it. */
    private static void press(ChaosNode node, Memory memory) throws InterruptedException {
        long end = System.nanoTime() + Stage.LONG.toNanos();
        while (node.process().isAlive() && System.nanoTime() - end < 0) {
            if (memory.percent < HARD + 0.7
                    && !memory.hold(memory.heldMegabytes + STEP_MB)
                    && !node.process().isAlive()) {
                return;
            }
            Stage.pause(Duration.ofMillis(50));
        }
    }

    private static void connections(Stage stage, Observations seen) throws Exception {
        ChaosNode node =
                stage.node(stage.config("http", JsonObject.of("max_connections", CONNECTIONS)));
        CrashExperiments.works(node, "echo", seen);
        List<Socket> crowd = new ArrayList<>();
        try {
            URI mcp = node.process().mcp();
            stage.fault(
                    () -> {
                        for (int i = 0; i < 5 * CONNECTIONS; i++) {
                            Socket socket = new Socket();
                            crowd.add(socket);
                            socket.connect(
                                    new InetSocketAddress(mcp.getHost(), mcp.getPort()), 10_000);
                        }
                    });
            boolean full =
                    stage.await(() -> node.metric("erlmcp_http_accept_paused_total", "") > 0);
            seen.check(full, "nobody was kept out");
            double open = node.metric("erlmcp_http_connections", "");
            seen.fact("open", open);
            Stage.pause(Duration.ofSeconds(1));
            CrashExperiments.works(node, "echo", seen);
        } finally {
            for (Socket socket : crowd) {
                socket.close();
            }
        }
        try (var fresh = node.another()) {
            seen.check(
                    Answer.to(fresh, "echo", JsonObject.EMPTY).isRight(),
                    "nobody new is served when there is room");
        }
    }

    private static void runaway(Stage stage, Observations seen) throws Exception {
        ChaosNode node = stage.node(stage.config("server", JsonObject.of("call_timeout", "1s")));
        Beside others = new Beside(node, "echo");
        List<Answer> answers = new ArrayList<>();
        stage.fault(() -> answers.addAll(node.atOnce(3, "spin", JsonObject.EMPTY)));
        seen.same(
                "answered",
                Map.of(ErrorCode.DEADLINE_EXCEEDED, 3L),
                CascadeExperiments.codes(answers));
        boolean halted = stage.await(() -> node.isHalted("tools/spin"));
        others.end(seen, stage.patience());
        seen.check(halted, "the tool is not halted");
        if (halted) {
            seen.same("then", ErrorCode.HALTED, node.call("spin").code());
        }
        seen.same("abandoned", 3.0, node.metric("erlmcp_calls_abandoned_total", ""));
    }
}
