package io.erlmcp.chaos;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import java.util.List;

/** Recovery that fails itself, and what comes of it. */
final class RecoveryExperiments {
    private static final int TOLERATED = 5;

    private RecoveryExperiments() {}

    static List<Experiment> all() {
        return List.of(
                of(
                        "transient-failure",
                        "an upstream server fails its first 3 starts",
                        "up with the 4th; nothing is halted",
                        RecoveryExperiments::passes),
                of(
                        "persistent-failure",
                        "an upstream server fails each of its starts",
                        "started 6 times, no more; halted on the board, and told",
                        RecoveryExperiments::persists),
                of(
                        "operator-repair",
                        "the same; then its cause is removed and an operator resumes it",
                        "not without cause, fix and prevention; then up with the next start, and it"
                                + " serves",
                        RecoveryExperiments::repaired),
                of(
                        "node-killed",
                        "kill -9 of a node with a halted tool and a server behind it",
                        "nothing of it is left; the next start has the halt and the server",
                        RecoveryExperiments::nodeKilled));
    }

    private static Experiment of(
            String name, String fault, String expected, Experiment.Script script) {
        return Experiment.of(Suite.RECOVERY_FAILURE, name, fault, expected, script);
    }

    private static void passes(Stage stage, Observations seen) throws Exception {
        stage.tell("a", "exit-first 3");
        ChaosNode node = stage.node(stage.config("upstreams", stage.upstreams(List.of("a"))));
        boolean up = Stage.await(() -> node.isUp("a"), Stage.LONG);
        seen.check(up, "it does not come up: " + node.upstream("a").toJson());
        seen.same("starts", 4, stage.starts("a"));
        CrashExperiments.works(node, "a_echo", seen);
    }

    private static ChaosNode failing(Stage stage, Observations seen) throws Exception {
        stage.tell("a", "exit");
        ChaosNode node =
                stage.node(
                        stage.config(
                                "upstreams",
                                stage.upstreams(List.of("a"), "max_restarts", TOLERATED)));
        stage.await(() -> stage.starts("a") > TOLERATED);
        CrashExperiments.staysDown(stage, node, "a", seen);
        seen.same("starts", TOLERATED + 1, stage.starts("a"));
        return node;
    }

    private static void persists(Stage stage, Observations seen) throws Exception {
        ChaosNode node = failing(stage, seen);
        CrashExperiments.works(node, "echo", seen);
        seen.same("upstreams_up", 0.0, node.metric("erlmcp_upstreams_up", ""));
    }

    private static void repaired(Stage stage, Observations seen) throws Exception {
        ChaosNode node = failing(stage, seen);
        stage.mend("a", "");
        int unexplained = node.andon("resume", JsonObject.of("component", "upstreams/a"));
        seen.same("resume_without_a_cause", 409, unexplained);
        int resumed =
                node.andon(
                        "resume",
                        JsonObject.of(
                                "component",
                                "upstreams/a",
                                "cause",
                                "it was told to end",
                                "fix",
                                "it is not any more",
                                "prevention",
                                "none is needed"));
        seen.check(resumed == 200, "it cannot be resumed: " + resumed);
        boolean up = stage.await(() -> node.isUp("a"));
        seen.check(up, "it is not up: " + node.upstream("a").toJson());
        seen.same("starts_in_all", TOLERATED + 2, stage.starts("a"));
        CrashExperiments.works(node, "a_echo", seen);
    }

    private static void nodeKilled(Stage stage, Observations seen) throws Exception {
        JsonObject config = stage.config("upstreams", stage.upstreams(List.of("a")));
        ChaosNode node = stage.node(config);
        stage.awaitUp(node, List.of("a"));
        int halted = node.andon("halt", JsonObject.of("component", "tools/urgent"));
        seen.check(halted == 200, "it cannot be halted: " + halted);
        stage.fault(() -> node.process().kill());
        Integer code = node.process().exitCode(stage.patience());
        seen.check(code != null, "the node still runs");
        if (code == null) {
            return; // it holds the folder that the next one needs
        }
        boolean gone = stage.await(() -> stage.running().isEmpty());
        seen.check(gone, stage.running().size() + " processes are left");
        ChaosNode next = stage.node(config);
        stage.awaitUp(next, List.of("a"));
        JsonObject now = JsonObject.of("ms", 0);
        seen.same("halted_tool", ErrorCode.HALTED, next.call("urgent", now).code());
        seen.same("starts", 2, stage.starts("a"));
        CrashExperiments.works(next, "a_echo", seen);
        CrashExperiments.works(next, "echo", seen);
    }
}
