package io.erlmcp.chaos;

import io.erlmcp.protocol.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A component of the node dies, once or again and again. */
final class CrashExperiments {
    private static final int TOLERATED = 5;
    private static final int MANY = 100;
    private static final Duration STAYS = Duration.ofMillis(1500);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private CrashExperiments() {}

    static List<Experiment> all() {
        return List.of(
                of(
                        "crash-once",
                        "kill -9 of an upstream server while others are called",
                        "started again once; the others notice nothing",
                        CrashExperiments::once),
                of(
                        "crash-five",
                        "kill -9 of an upstream server 5 times within 60 s",
                        "back after each; not halted",
                        CrashExperiments::five),
                of(
                        "crash-six",
                        "kill -9 of an upstream server 6 times within 60 s",
                        "back after 5, halted on the board after the 6th; calls are refused with"
                                + " -31002, by name",
                        CrashExperiments::six),
                of(
                                "crash-hundred",
                                "kill -9 of upstream servers 100 times, a higher intensity allowed",
                                "back after each; the others notice nothing",
                                CrashExperiments::hundred)
                        .within(Duration.ofMinutes(10)),
                of(
                        "die-in-call",
                        "an upstream server dies while it works on a call",
                        "the call is answered -31005 at once; the next one works",
                        CrashExperiments::inCall),
                of(
                        "hang",
                        "SIGSTOP of an upstream server",
                        "pings are missed, it is replaced; the next call works",
                        CrashExperiments::hang));
    }

    private static Experiment of(
            String name, String fault, String expected, Experiment.Script script) {
        return Experiment.of(Suite.COMPONENT_CRASH, name, fault, expected, script);
    }

    private static void once(Stage stage, Observations seen) throws Exception {
        ChaosNode node = start(stage);
        Beside others = new Beside(node, "b_echo");
        boolean back = stage.killAndAwait(node, "a");
        others.end(seen, stage.patience());
        seen.check(back, "a is not back: " + node.upstream("a").toJson());
        seen.same("starts_of_a", 2, stage.starts("a"));
        seen.same("starts_of_b", 1, stage.starts("b"));
        works(node, "a_echo", seen);
    }

    private static ChaosNode start(Stage stage, Object... more) throws Exception {
        List<String> names = List.of("a", "b");
        ChaosNode node = stage.node(stage.config("upstreams", stage.upstreams(names, more)));
        stage.awaitUp(node, names);
        return node;
    }

    static void works(ChaosNode node, String tool, Observations seen) {
        Answer answer = node.call(tool);
        seen.check(answer.isRight(), tool + " is answered " + answer);
    }

    private static void five(Stage stage, Observations seen) throws Exception {
        ChaosNode node = start(stage, "max_restarts", TOLERATED);
        crash(stage, node, seen);
        works(node, "a_echo", seen);
    }

    /** As often as it is tolerated. */
    private static void crash(Stage stage, ChaosNode node, Observations seen) throws Exception {
        for (int i = 1; i <= TOLERATED; i++) {
            seen.check(
                    stage.killAndAwait(node, "a"),
                    "not back after crash " + i + ": " + node.upstream("a").toJson());
        }
        seen.same("restarts", TOLERATED, stage.starts("a") - 1);
    }

    private static void six(Stage stage, Observations seen) throws Exception {
        // short, so that six crashes are within the period on a slow machine too
        ChaosNode node = start(stage, "max_restarts", TOLERATED, "max_restart_pause", "1s");
        Beside others = new Beside(node, "b_echo");
        crash(stage, node, seen);
        stage.kill(node, "a");
        stage.await(() -> !node.isUp("a"));
        staysDown(stage, node, "a", seen);
        refuses(node, "a", seen);
        seen.same("restarts_in_all", TOLERATED, stage.starts("a") - 1);
        others.end(seen, stage.patience());
    }

    /** Whoever calls it hears who is not there, and that it is halted. */
    private static void refuses(ChaosNode node, String name, Observations seen) {
        Answer answer = node.call(name + "_echo");
        seen.same("answered", ErrorCode.HALTED, answer.code());
        seen.same("named", "upstreams/" + name, answer.component());
    }

    /** Down for good, on the board, and told. */
    static void staysDown(Stage stage, ChaosNode node, String name, Observations seen)
            throws Exception {
        int starts = stage.starts(name);
        Stage.pause(STAYS);
        seen.check(
                stage.starts(name) == starts && !node.isUp(name),
                name + " does not stay down: " + node.upstream(name).toJson());
        seen.check(
                stage.await(() -> node.isHalted("upstreams/" + name)),
                name + " is not on the andon board");
        seen.same("told", 1.0, node.metric("erlmcp_recovery_exhausted_total", ""));
    }

    private static void hundred(Stage stage, Observations seen) throws Exception {
        ChaosNode node = start(stage, "max_restarts", 10 * MANY, "max_restart_pause", "10ms");
        Beside others = new Beside(node, "echo");
        int back = 0;
        for (int i = 0; i < MANY; i++) {
            if (!stage.killAndAwait(node, stage.random().nextBoolean() ? "a" : "b")) {
                break;
            }
            back++;
            Stage.pause(Duration.ofMillis(stage.random().nextLong(LONGEST_PAUSE.toMillis())));
        }
        others.end(seen, stage.patience());
        seen.same("back", MANY, back);
        works(node, "a_echo", seen);
        works(node, "b_echo", seen);
    }

    private static void inCall(Stage stage, Observations seen) throws Exception {
        ChaosNode node = start(stage);
        Answer[] answer = {new Answer(Answer.RIGHT, "", "", 0)};
        stage.fault(() -> answer[0] = node.call("a_die"));
        seen.same("answered", ErrorCode.UPSTREAM_UNAVAILABLE, answer[0].code());
        seen.same("named", "upstreams/a", answer[0].component());
        seen.fact("after_ms", answer[0].millis());
        seen.check(stage.await(() -> stage.starts("a") == 2 && node.isUp("a")), "a is not back");
        works(node, "a_echo", seen);
    }

    private static void hang(Stage stage, Observations seen) throws Exception {
        ChaosNode node =
                start(
                        stage,
                        "ping_interval",
                        "500ms",
                        "ping_timeout",
                        "500ms",
                        "max_missed_pings",
                        2);
        Beside others = new Beside(node, "echo");
        stage.signal("STOP", node.pid("a"));
        boolean replaced = stage.await(() -> stage.starts("a") == 2 && node.isUp("a"));
        seen.check(replaced, "it is not replaced: " + node.upstream("a").toJson());
        seen.same("replaced", 1.0, hung(node));
        others.end(seen, stage.patience());
        works(node, "a_echo", seen);
    }

    private static double hung(ChaosNode node) throws IOException, InterruptedException {
        return node.metric("erlmcp_upstream_hung_total", "");
    }
}
