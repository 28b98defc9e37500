package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * R21: a tool keeps more and more memory. The node warns, holds back, recovers when there is memory
 * again, and in the end stops itself, in that order and at the stated percentages; what was
 * acknowledged is there afterwards, and no tool runs until an operator has resumed the node.
 */
final class MemoryPressure implements Guarantee {
    private static final String DEAF = "thresholds-out-of-reach";
    private static final String MEMORY_BACKEND = "memory-backend";

    private static final Duration READ_LIMIT = Duration.ofSeconds(60);
    private static final int HALTED = -31002;
    private static final int EMERGENCY_CODE = 1;

    /** Where the documents put the thresholds. */
    private static final int WARN = 85;

    private static final int DEGRADE = 90;
    private static final int LEAVE = 80;
    private static final int HARD = 97;
    private static final int STEP_MB = 4;

    @Override
    public String id() {
        return "R21";
    }

    @Override
    public String title() {
        return "Memory pressure step by step: warning, holding back, emergency stop in that order"
                + " at the stated percentages, state saved, no flapping";
    }

    @Override
    public List<String> plants() {
        return List.of(DEAF, MEMORY_BACKEND);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        for (int i = 0; i < trial.pick(1, 1, 10); i++) {
            try (Folder folder = new Folder("r21")) {
                round(trial, folder, findings);
            }
        }
    }

    private static Map<String, String> environment(Trial trial, Folder folder) {
        Map<String, String> environment = new LinkedHashMap<>(folder.diskBackend());
        environment.put("ERLMCP_RESOURCE_LIMITS_CHECK_INTERVAL", "500ms");
        environment.put("ERLMCP_JAVA_OPTS", "-Xmx512m");
        if (trial.isPlanted(MEMORY_BACKEND)) {
            environment.put("ERLMCP_SESSIONS_BACKEND", "memory");
            environment.put("ERLMCP_DATA_DIR", folder.path().resolve("other").toString());
        }
        if (trial.isPlanted(DEAF)) {
            environment.put("ERLMCP_RESOURCE_LIMITS_MEMORY_WARN", "97");
            environment.put("ERLMCP_RESOURCE_LIMITS_MEMORY_DEGRADE", "98");
            environment.put("ERLMCP_RESOURCE_LIMITS_MEMORY_HARD", "99");
        }
        return environment;
    }

    private static void round(Trial trial, Folder folder, Findings findings) throws Exception {
        Map<String, String> environment = environment(trial, folder);
        String[] session;
        try (NodeProcess node = start(trial, environment)) {
            Pressure pressure = new Pressure(node, findings);
            session = pressure.session();
            pressure.rise();
            Integer code = node.exitCode(READ_LIMIT);
            findings.check(
                    code != null && code == EMERGENCY_CODE,
                    "exit code " + code + " after the emergency stop:\n" + node.lastLines());
            findings.check(
                    node.lastLines().contains("EMERGENCY_SHUTDOWN"),
                    "the emergency stop was not told");
        }
        if (trial.isPlanted(MEMORY_BACKEND)) {
            environment.put("ERLMCP_DATA_DIR", folder.path().resolve("third").toString());
        }
        afterwards(trial, environment, session, findings);
    }

    private static NodeProcess start(Trial trial, Map<String, String> environment)
            throws IOException, InterruptedException {
        return trial.launch().start(environment, "--port", "0", "--admin-port", "0");
    }

    /** The node that is started again is up, not ready, and runs no tool; nothing is lost. */
    private static void afterwards(
            Trial trial, Map<String, String> environment, String[] session, Findings findings)
            throws Exception {
        try (NodeProcess node = start(trial, environment)) {
            String ready = BadTools.page(node, "/ready");
            findings.check(ready.contains("not ready"), "after the stop it is ready: " + ready);
            int refused = code(node, session, "echo_blocking");
            findings.check(refused == HALTED, "a tool runs after the stop: code " + refused);
            ProcessBuilder command =
                    new ProcessBuilder(
                                    java.nio.file.Path.of("erlmcp").toAbsolutePath().toString(),
                                    "andon",
                                    "resume",
                                    "node",
                                    "--cause",
                                    "a test kept the memory",
                                    "--fix",
                                    "the test let go of it",
                                    "--prevention",
                                    "none is needed",
                                    "--admin",
                                    node.admin().toString())
                            .redirectErrorStream(true);
            Launch.forgetOurSettings(command);
            Process resume = command.start();
            String said =
                    new String(resume.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            findings.check(resume.waitFor() == 0, "it cannot be resumed: " + said);
            int served = code(node, session, "echo_blocking");
            findings.check(served == 0, "the session is lost: code " + served);
            findings.count("sessions_found_again", served == 0 ? 1 : 0);
        }
    }

    /** 0 for a result, the code of an error, or the negative HTTP status. */
    private static int code(NodeProcess node, String[] session, String tool) throws IOException {
        JsonObject call =
                Rpc.legacy(
                        7, "tools/call", Rpc.call(tool, JsonObject.of("text", "still the same")));
        try (RawHttp connection = new RawHttp(node.mcp(), READ_LIMIT)) {
            connection.post(Rpc.bytes(call), session);
            RawHttp.Answer answer = connection.answer();
            String text = answer.text();
            int brace = text.indexOf('{');
            if (brace < 0 || answer.status() == 404) {
                return -answer.status();
            }
            JsonObject message = Json.parseObject(text.substring(brace).strip());
            return message.object("error")
                    .map(error -> (int) error.requireInteger("code"))
                    .orElse(0);
        }
    }

    /** Takes memory from one node, step by step. */
    private static final class Pressure {
        private final NodeProcess node;
        private final Findings findings;
        private final RawHttp connection;
        private int heldMegabytes;
        private double percent;

        Pressure(NodeProcess node, Findings findings) throws IOException {
            this.node = node;
            this.findings = findings;
            this.connection = new RawHttp(node.mcp(), READ_LIMIT);
        }

        String[] session() throws IOException {
            return Load.session(connection);
        }

        void rise() throws IOException, InterruptedException {
            riseTo(WARN + 1.5);
            await("gets short", it -> it.contains("memory gets short"));
            awaitLooks();
            check(isNotHeld(), "holds back at the warning");
            riseTo(DEGRADE + 1.5);
            await("SYSTEM_DEGRADED", it -> it.contains("SYSTEM_DEGRADED"));
            check(status() == 503, "a new connection is let in: " + status());
            check(BadTools.page(node, "/ready").contains("\"ready\""), "it is not ready any more");
            check(hold(heldMegabytes), "a connection that was there is not served");
            awaitLooks();
            fallTo(LEAVE - 10);
            await("recovery", it -> it.contains("nothing is held back any more"));
            check(status() == 200, "a new connection is not let in: " + status());
            check(count("SYSTEM_DEGRADED") == 1, "it flaps:\n" + node.lastLines());
            findings.count("held_back_and_recovered", 1);
            end();
        }

        private void end() throws IOException, InterruptedException {
            long limit = System.nanoTime() + READ_LIMIT.toNanos();
            try {
                while (node.isAlive() && System.nanoTime() - limit < 0) {
                    double now = usage();
                    if (now < HARD + 0.7) {
                        hold(heldMegabytes + STEP_MB);
                    }
                    pause();
                }
            } catch (IOException e) {
                // the node has ended, as it must
            }
            List<String> order = new ArrayList<>();
            for (String line : node.lastLines().lines().toList()) {
                if (line.contains("memory gets short")) {
                    order.add("warned");
                } else if (line.contains("SYSTEM_DEGRADED")) {
                    order.add("degraded");
                } else if (line.contains("EMERGENCY_SHUTDOWN") && !order.contains("ended")) {
                    order.add("ended"); // it is said twice: at once, and in the log
                }
            }
            check(
                    order.equals(List.of("warned", "degraded", "warned", "degraded", "ended"))
                            || order.equals(List.of("warned", "degraded", "degraded", "ended")),
                    "the order is " + order);
        }

        private void riseTo(double percent) throws IOException {
            for (int i = 0; i < 400 && usage() < percent; i++) {
                check(hold(heldMegabytes + STEP_MB), "memory cannot be held");
            }
            double reached = usage();
            findings.largest("reached_percent_" + Math.round(percent), Math.round(reached));
        }

        private void fallTo(double percent) throws IOException {
            while (usage() > percent && heldMegabytes > 0) {
                hold(Math.max(0, heldMegabytes - 8 * STEP_MB));
            }
        }

        /** How full the heap was after the collection that the last change asked for. */
        private double usage() {
            return percent;
        }

        private boolean hold(int megabytes) throws IOException {
            JsonObject call =
                    Rpc.modern(1, "tools/call", Rpc.call("hold", JsonObject.of("mb", megabytes)));
            connection.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
            RawHttp.Answer answer = connection.answer();
            if (answer.status() != 200) {
                return false;
            }
            heldMegabytes = megabytes;
            String text =
                    Rpc.text(Json.parseObject(answer.body()), io.erlmcp.json.JsonNumber.of(1));
            if (text == null) {
                return false;
            }
            percent = Json.parseObject(text).requireNumber("percent");
            return true;
        }

        private int status() throws IOException {
            JsonObject call = Rpc.modern(1, "ping", JsonObject.EMPTY);
            try (RawHttp fresh = new RawHttp(node.mcp(), READ_LIMIT)) {
                fresh.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
                int status = fresh.answer().status();
                return status == 503 ? 503 : 200;
            }
        }

        private boolean isNotHeld() throws IOException {
            return BadTools.page(node, "/metrics")
                    .contains("erlmcp_degradation_active{resource=\"memory\"} 0.0");
        }

        private long count(String word) {
            return node.lastLines().lines().filter(it -> it.contains(word)).count();
        }

        private void await(String what, Predicate<String> lines) {
            long limit = System.nanoTime() + READ_LIMIT.toNanos();
            while (!lines.test(node.lastLines()) && System.nanoTime() - limit < 0) {
                pause();
            }
            check(lines.test(node.lastLines()), "no " + what + ":\n" + node.lastLines());
        }

        /** Time for the guardian to look some times. */
        private static void awaitLooks() {
            LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
        }

        private static void pause() {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }

        private void check(boolean holds, String otherwise) {
            findings.check(holds, otherwise);
        }
    }
}
