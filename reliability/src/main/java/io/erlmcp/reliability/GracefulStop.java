package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * R19: SIGTERM under load. Calls that were sent before it are all answered, {@code /ready} says no
 * while they still run, and the process ends with exit code 0 within 2 seconds after the last of
 * them; the same for the end of input on stdio.
 */
final class GracefulStop implements Guarantee {
    private static final String KILL = "kill-instead-of-term";
    private static final String NO_DRAIN = "no-drain-time";
    private static final String MISCOUNT = "expect-another-answer";
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /** Calls of this length are sent right before SIGTERM, so that some surely run. */
    static final int ANCHOR_MILLIS = 2_000;

    @Override
    public String id() {
        return "R19";
    }

    @Override
    public String title() {
        return "SIGTERM under load: no call in flight fails, /ready goes off first, exit code 0"
                + " within 2 s after the last answer";
    }

    @Override
    public List<String> plants() {
        return List.of(KILL, NO_DRAIN, MISCOUNT);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        int rounds = trial.pick(1, 5, 100);
        Random random = trial.random("rounds");
        for (int i = 0; i < rounds; i++) {
            round("round " + i, trial, random, findings);
            if (i % 5 == 0) {
                endOfInput("end of input " + i, trial, random, findings);
            }
        }
    }

    private static Map<String, String> environment(Trial trial) {
        return trial.isPlanted(NO_DRAIN) ? Map.of("ERLMCP_DRAIN_TIMEOUT", "0s") : Map.of();
    }

    private static void round(String name, Trial trial, Random random, Findings findings)
            throws Exception {
        findings.count("stops_under_load", 1);
        try (NodeProcess node =
                        trial.launch()
                                .start(
                                        environment(trial),
                                        "--stdio",
                                        "--port",
                                        "0",
                                        "--admin-port",
                                        "0");
                ReadyProbe probe = new ReadyProbe(node)) {
            Load load =
                    new Load(name, node, random.nextLong(), trial.isPlanted(MISCOUNT), findings);
            load.start(trial.pick(2, 3, 4));
            load.awaitAnswers(10 + random.nextInt(60), PATIENCE);
            probe.awaitReady(PATIENCE);
            Runnable signal = trial.isPlanted(KILL) ? node::kill : node::terminate;
            long stopped = load.stopSending(signal);
            load.join(PATIENCE);
            long last = load.lastAnswerNanos();
            checkExit(name, node, last, findings);
            probe.check(name, stopped, last, findings);
        }
    }

    private static void endOfInput(String name, Trial trial, Random random, Findings findings)
            throws Exception {
        findings.count("ends_of_input", 1);
        try (NodeProcess node = trial.launch().start(environment(trial), "--stdio")) {
            Load load =
                    new Load(name, node, random.nextLong(), trial.isPlanted(MISCOUNT), findings);
            load.startStdioOnly();
            load.awaitAnswers(5, PATIENCE);
            load.stopSending(trial.isPlanted(KILL) ? node::kill : load::endInput);
            load.join(PATIENCE);
            checkExit(name, node, load.lastAnswerNanos(), findings);
        }
    }

    private static void checkExit(String name, NodeProcess node, long lastAnswer, Findings findings)
            throws InterruptedException {
        Integer code = node.exitCode(PATIENCE);
        if (code == null) {
            findings.fail(name + ": the node does not end");
            return;
        }
        findings.check(code == 0, name + ": exit code " + code);
        long millis = TimeUnit.NANOSECONDS.toMillis(node.endedNanos() - lastAnswer);
        findings.largest("longest_exit_after_last_answer_ms", millis);
        findings.check(
                millis <= EXIT_LIMIT.toMillis(),
                name + ": ended " + millis + " ms after the last answer");
    }
}
