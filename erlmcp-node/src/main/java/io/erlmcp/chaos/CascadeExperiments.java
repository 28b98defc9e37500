package io.erlmcp.chaos;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One failure that could take others with it. */
final class CascadeExperiments {
    private static final int SLOW_MILLIS = 3_000;
    private static final String CASCADE = "cascade";

    private CascadeExperiments() {}

    static List<Experiment> all() {
        return List.of(
                of(
                        "cascade-three",
                        "kill -9 of three of four upstream servers at once",
                        "each of the three is started again once, and nothing else is",
                        CascadeExperiments::three),
                of(
                        "cascade-needs",
                        "kill -9 of a server that two others do not live without; one says so",
                        "what says that it needs it is a cascade with its root, and not tried again"
                                + " in haste; what does not say so is not",
                        CascadeExperiments::needs),
                of(
                        "cascade-chain",
                        "kill -9 of a node that stands between another and its server",
                        "its server ends with it; both are back; the node in front was not"
                                + " restarted",
                        CascadeExperiments::chain),
                of(
                        "cascade-slow",
                        "an upstream server takes 3 s for each call, and is flooded",
                        "its limits hold, the rest is refused; another server is not held up",
                        CascadeExperiments::slow));
    }

    private static Experiment of(
            String name, String fault, String expected, Experiment.Script script) {
        return Experiment.of(Suite.CASCADE, name, fault, expected, script);
    }

    private static void three(Stage stage, Observations seen) throws Exception {
        List<String> names = List.of("a", "b", "c", "d");
        ChaosNode node = stage.node(stage.config("upstreams", stage.upstreams(names)));
        stage.awaitUp(node, names);
        Beside others = new Beside(node, "d_echo");
        List<Long> pids = new ArrayList<>();
        for (String name : names.subList(0, 3)) {
            pids.add(node.pid(name));
        }
        stage.fault(
                () ->
                        pids.forEach(
                                pid ->
                                        ProcessHandle.of(pid)
                                                .ifPresent(ProcessHandle::destroyForcibly)));
        for (String name : names.subList(0, 3)) {
            boolean back = stage.await(() -> stage.starts(name) == 2 && node.isUp(name));
            seen.check(back, name + " is not back: " + node.upstream(name).toJson());
            CrashExperiments.works(node, name + "_echo", seen);
        }
        others.end(seen, stage.patience());
        seen.same("starts_of_d", 1, stage.starts("d"));
        seen.same("starts_of_listeners_http", 1.0, starts(node, "listeners/http"));
    }

    private static void needs(Stage stage, Observations seen) throws Exception {
        List<String> names = List.of("a", "b", "c", "d");
        JsonObject upstreams =
                stage.upstreams(List.of("b", "c", "d"))
                        .with("a", stage.upstream("a", "needs", JsonArray.of("b")));
        stage.mend("a", "needs b");
        stage.mend("c", "needs b");
        ChaosNode node = stage.node(stage.config("upstreams", upstreams));
        stage.awaitUp(node, names);
        Beside others = new Beside(node, "d_echo");
        stage.kill(node, "b");
        for (String name : List.of("a", "b", "c")) {
            boolean back = stage.await(() -> stage.starts(name) == 2 && node.isUp(name));
            seen.check(back, name + " is not back: " + node.upstream(name).toJson());
            CrashExperiments.works(node, name + "_echo", seen);
        }
        others.end(seen, stage.patience());
        JsonObject a = node.recovery("a");
        seen.same("class_of_a", CASCADE, a.string("class").orElse("none"));
        seen.same("root_of_a", "upstreams/b", a.string("root").orElse("none"));
        seen.same("steps_of_a", List.of("notify succeeded", "manual deferred"), steps(a));
        for (String name : List.of("b", "c")) {
            String type = node.recovery(name).string("class").orElse("none");
            seen.fact("class_of_" + name, type);
            seen.check(
                    !type.equals("none") && !type.equals(CASCADE),
                    name + " is taken for " + type + ", and needs nothing by its configuration");
        }
        String carries = node.recovery("b").array("carries").orElse(JsonArray.EMPTY).toJson();
        seen.check(
                carries.contains("\"upstreams/a\"") && !carries.contains("\"upstreams/c\""),
                "without b does not work: " + carries);
        seen.same("starts_of_d", 1, stage.starts("d"));
        seen.same("starts_of_listeners_http", 1.0, starts(node, "listeners/http"));
    }

    /** What was done, such as {@code notify succeeded}. */
    private static List<String> steps(JsonObject recovery) {
        List<String> steps = new ArrayList<>();
        for (JsonValue each : recovery.array("decisions").orElse(JsonArray.EMPTY)) {
            JsonObject it = (JsonObject) each;
            it.string("step").ifPresent(step -> steps.add(step + ' ' + it.requireString("result")));
        }
        return steps;
    }

    private static double starts(ChaosNode node, String component) throws Exception {
        return node.metric("erlmcp_component_starts_total", "component=\"" + component + "\"");
    }

    private static void chain(Stage stage, Observations seen) throws Exception {
        Path behind =
                stage.write(
                        stage.config(
                                "data",
                                JsonObject.of("dir", stage.folder().resolve("behind").toString()),
                                "upstreams",
                                stage.upstreams(List.of("a"))));
        List<String> middle =
                stage.program()
                        .node(
                                List.of("-Xmx128m"),
                                "serve",
                                "--stdio",
                                "--config",
                                behind.toString());
        JsonObject upstream =
                JsonObject.of(
                        "command",
                        JsonArray.of(middle.toArray()),
                        "always_prefix",
                        true,
                        "max_restart_pause",
                        "100ms");
        ChaosNode front = stage.node(stage.config("upstreams", JsonObject.of("middle", upstream)));
        seen.check(
                Stage.await(() -> front.call("middle_a_echo").isRight(), Stage.LONG),
                "the chain does not stand: " + front.upstream("middle").toJson());
        Beside others = new Beside(front, "echo");
        long first = front.pid("middle");
        stage.kill(front, "middle");
        boolean back =
                stage.await(
                        () ->
                                stage.starts("a") == 2
                                        && front.isUp("middle")
                                        && front.call("middle_a_echo").isRight());
        seen.check(back, "the chain does not stand again: " + front.upstream("middle").toJson());
        others.end(seen, stage.patience());
        seen.check(first != front.pid("middle"), "the node in between is the same");
        seen.same("starts_of_the_server_behind", 2, stage.starts("a"));
        seen.check(
                stage.await(() -> stage.running().size() == 1),
                stage.running().size() + " servers run behind the node in between");
        seen.same("starts_of_listeners_http", 1.0, starts(front, "listeners/http"));
    }

    private static void slow(Stage stage, Observations seen) throws Exception {
        List<String> names = List.of("a", "b");
        ChaosNode node =
                stage.node(
                        stage.config(
                                "upstreams",
                                stage.upstreams(names, "max_running", 2, "max_waiting", 2)));
        stage.awaitUp(node, names);
        stage.tell("a", "slow " + SLOW_MILLIS);
        Beside others = new Beside(node, "b_echo");
        List<Answer> answers = node.atOnce(20, "a_echo", JsonObject.EMPTY);
        others.end(seen, stage.patience());
        Map<Integer, Long> codes = codes(answers);
        long right = codes.getOrDefault(Answer.RIGHT, 0L);
        seen.fact("answered", right);
        seen.fact("refused", codes.getOrDefault(ErrorCode.OVERLOADED, 0L));
        seen.check(right >= 2 && right <= 8, right + " calls of the slow server were let in");
        seen.check(
                right + codes.getOrDefault(ErrorCode.OVERLOADED, 0L) == answers.size(),
                "answers by code: " + codes);
        seen.fact("slowest_of_others_ms", others.slowestMillis());
        seen.check(
                others.slowestMillis() < SLOW_MILLIS,
                "others were held up for " + others.slowestMillis() + " ms");
    }

    static Map<Integer, Long> codes(List<Answer> answers) {
        return answers.stream().collect(Collectors.groupingBy(Answer::code, Collectors.counting()));
    }
}
