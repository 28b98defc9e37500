package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * R26: tools that throw, overflow the stack, allocate without end, deadlock, and loop on every
 * carrier there is. Others go on; each bad call is answered in time; the tool is halted after the
 * third that does not come back.
 */
final class BadTools implements Guarantee {
    private static final String ONLY_TWO = "two-that-do-not-come-back";
    private static final int EMERGENCY_CODE = 1;
    private static final Duration EMERGENCY_LIMIT = Duration.ofMinutes(2);
    private static final String NO_DEADLINE = "no-deadline";

    private static final Duration READ_LIMIT = Duration.ofSeconds(30);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final int DEADLINE_MILLIS = 1_500;
    private static final int SLACK_MILLIS = 5_000;
    private static final int INTERNAL = -32603;
    private static final int DEADLINE = -31003;
    private static final int HALTED = -31002;
    private static final int LOOPS = 2;
    private static final String MEMORY_USAGE =
            "erlmcp_resource_usage_percent{resource=\"memory\"} ";
    private static final double CALM_PERCENT = 80;

    /** As long as two looks of the guardian are apart while memory is short, and more. */
    private static final Duration A_LOOK = Duration.ofMillis(1_200);

    @Override
    public String id() {
        return "R26";
    }

    @Override
    public String title() {
        return "Tools that throw, overflow the stack, allocate without end, deadlock and loop:"
                + " others go on, each is answered, the tool is halted after 3 that do not come"
                + " back";
    }

    @Override
    public List<String> plants() {
        return List.of(ONLY_TWO, NO_DEADLINE);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        try (Folder folder = new Folder("r26")) {
            run(trial, folder, findings);
        }
    }

    private static void run(Trial trial, Folder folder, Findings findings) throws Exception {
        Map<String, String> environment = new LinkedHashMap<>();
        // a halt outlives the node: each run needs a folder of its own
        environment.put("ERLMCP_DATA_DIR", folder.path().resolve("data").toString());
        environment.put(
                "ERLMCP_SERVER_CALL_TIMEOUT",
                trial.isPlanted(NO_DEADLINE) ? "10m" : DEADLINE_MILLIS + "ms");
        environment.put("ERLMCP_JAVA_OPTS", "-Xmx256m");
        try (NodeProcess node =
                trial.launch().start(environment, "--port", "0", "--admin-port", "0")) {
            Others others = new Others(node, findings);
            others.start();
            int rounds = trial.pick(2, 10, 200);
            for (int i = 0; i < rounds; i++) {
                expect(node, "exception", INTERNAL, findings);
                expect(node, "stack", INTERNAL, findings);
            }
            for (int i = 0; i < trial.pick(1, 3, 20); i++) {
                expect(node, "oom", INTERNAL, findings);
                awaitCalm(node, findings);
            }
            if (!trial.isPlanted(ONLY_TWO)) {
                expect(node, "deadlock", DEADLINE, findings);
            }
            loops(node, findings);
            expectHalted(node, findings);
            others.stop();
            judge(node, findings);
            endless(node, findings);
        }
        afterwards(trial, environment, findings);
    }

    /**
     * Until the guardian has looked and found memory again. A heap that is full each time it looks
     * is another fault, after which the node ends itself, as it does in {@link #endless}.
     */
    private static void awaitCalm(NodeProcess node, Findings findings) throws IOException {
        long end = System.nanoTime() + READ_LIMIT.toNanos();
        String usage;
        do {
            LockSupport.parkNanos(A_LOOK.toNanos());
            usage = line(page(node, "/metrics"), MEMORY_USAGE);
        } while (Double.parseDouble(usage.substring(MEMORY_USAGE.length())) > CALM_PERCENT
                && System.nanoTime() - end < 0);
        findings.check(
                Double.parseDouble(usage.substring(MEMORY_USAGE.length())) <= CALM_PERCENT,
                "memory that a call took is not given back: " + usage);
    }

    /** A tool that takes all memory and keeps it: the node ends itself, and says so. */
    private static void endless(NodeProcess node, Findings findings)
            throws IOException, InterruptedException {
        JsonObject call =
                Rpc.modern(1, "tools/call", Rpc.call("hold", JsonObject.of("mb", 60_000)));
        long begin = System.nanoTime();
        Integer code;
        try (RawHttp connection = new RawHttp(node.mcp(), CALL_LIMIT)) {
            connection.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
            code = node.exitCode(EMERGENCY_LIMIT);
        }
        findings.largest(
                "longest_until_emergency_stop_ms",
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        findings.check(
                code != null && code == EMERGENCY_CODE,
                "without memory the node ends with " + code + ":\n" + node.lastLines());
        findings.check(
                node.lastLines().contains("EMERGENCY_SHUTDOWN"), "the emergency stop was not told");
    }

    private static void afterwards(Trial trial, Map<String, String> environment, Findings findings)
            throws Exception {
        try (NodeProcess node =
                trial.launch().start(environment, "--port", "0", "--admin-port", "0")) {
            String ready = page(node, "/ready");
            findings.check(ready.contains("not ready"), "after the stop it is ready: " + ready);
        }
    }

    private static void loops(NodeProcess node, Findings findings) throws InterruptedException {
        Thread[] threads = new Thread[LOOPS];
        for (int i = 0; i < LOOPS; i++) {
            threads[i] =
                    Threads.startVirtual(
                            "loop " + i, () -> expect(node, "loop", DEADLINE, findings));
        }
        for (Thread thread : threads) {
            findings.check(thread.join(READ_LIMIT), thread.getName() + " hangs");
        }
    }

    private static void expect(NodeProcess node, String kind, int code, Findings findings) {
        findings.count("calls_" + kind, 1);
        long begin = System.nanoTime();
        try {
            int got = crash(node, kind);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            findings.check(got == code, kind + ": code " + got + " instead of " + code);
            if (code == DEADLINE) {
                findings.largest("longest_until_deadline_answered_ms", millis);
                findings.check(
                        millis >= DEADLINE_MILLIS - 100 && millis <= DEADLINE_MILLIS + SLACK_MILLIS,
                        kind + ": answered after " + millis + " ms");
            }
        } catch (IOException | RuntimeException e) {
            findings.fail(kind + ": " + e);
        }
    }

    private static int crash(NodeProcess node, String kind) throws IOException {
        JsonObject call =
                Rpc.modern(1, "tools/call", Rpc.call("crash", JsonObject.of("kind", kind)));
        try (RawHttp connection = new RawHttp(node.mcp(), CALL_LIMIT)) {
            connection.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
            RawHttp.Answer answer = connection.answer();
            return (int)
                    Json.parseObject(answer.body()).requireObject("error").requireInteger("code");
        }
    }

    /** The halt is on its way when the third call is counted, a second after its deadline. */
    private static void expectHalted(NodeProcess node, Findings findings) throws IOException {
        long end = System.nanoTime() + CALL_LIMIT.toNanos();
        int code = 0;
        while (code != HALTED && System.nanoTime() - end < 0) {
            code = crash(node, "exception");
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        findings.check(code == HALTED, "the tool is not halted: code " + code);
    }

    private static void judge(NodeProcess node, Findings findings) throws IOException {
        String metrics = page(node, "/metrics");
        findings.check(
                metrics.contains("erlmcp_calls_abandoned_total 3.0"),
                "abandoned calls are not counted: " + line(metrics, "erlmcp_calls_abandoned"));
        findings.check(
                !line(metrics, "erlmcp_carriers_changed_total").endsWith(" 0.0")
                        && metrics.contains("erlmcp_carriers_changed_total"),
                "no carrier was added");
        findings.check(
                metrics.contains("erlmcp_threads_abandoned 3.0"),
                "threads: " + line(metrics, "erlmcp_threads_abandoned"));
        findings.check(
                node.lastLines().contains("call-"),
                "the abandoned threads are not named:\n" + node.lastLines());
    }

    private static String line(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElse(name + " is missing");
    }

    static String page(NodeProcess node, String path) throws IOException {
        try (RawHttp connection = new RawHttp(node.admin(), READ_LIMIT)) {
            connection.send(
                    ("GET "
                                    + path
                                    + " HTTP/1.1\r\nHost: "
                                    + node.admin().getAuthority()
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return connection.answer().text();
        }
    }

    /** Another client, which calls a tool that blocks and must always be answered. */
    private static final class Others {
        private final NodeProcess node;
        private final Findings findings;
        private final AtomicBoolean stops = new AtomicBoolean();
        private final AtomicLong answers = new AtomicLong();
        private Thread thread = Thread.currentThread();

        Others(NodeProcess node, Findings findings) {
            this.node = node;
            this.findings = findings;
        }

        void start() {
            thread = Threads.startPlatform("others", this::run);
        }

        private void run() {
            JsonObject call =
                    Rpc.modern(
                            1,
                            "tools/call",
                            Rpc.call("echo_blocking", JsonObject.of("text", "still here")));
            try (RawHttp connection = new RawHttp(node.mcp(), READ_LIMIT)) {
                while (!stops.get()) {
                    long begin = System.nanoTime();
                    connection.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
                    RawHttp.Answer answer = connection.answer();
                    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                    findings.largest("longest_answer_of_others_ms", millis);
                    answers.incrementAndGet();
                    findings.check(
                            answer.status() == 200 && answer.text().contains("still here"),
                            "others: " + answer.status() + ' ' + answer.text());
                    findings.check(
                            millis < SLACK_MILLIS, "others were answered after " + millis + " ms");
                    LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
                }
            } catch (IOException e) {
                findings.fail("others: " + e);
            }
        }

        void stop() throws InterruptedException {
            stops.set(true);
            findings.check(thread.join(READ_LIMIT), "others hang");
            findings.count("answers_of_others", answers.get());
            findings.check(answers.get() > 10, "others had " + answers + " answers");
        }
    }
}
