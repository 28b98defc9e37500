package io.erlmcp.chaos;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** More calls than the node can take. */
final class BackpressureExperiments {
    private static final int PLACES = 4;
    private static final int QUEUE = 20;
    private static final int CALLS = 200;

    private BackpressureExperiments() {}

    static List<Experiment> all() {
        return List.of(
                of(
                        "overload",
                        "200 calls of 200 ms at once, 4 places and a queue of 20",
                        "each is answered or refused with -31001; operators are answered; then"
                                + " all is as before",
                        BackpressureExperiments::overload),
                of(
                        "priorities",
                        "60 calls of low priority fill the queue",
                        "low priority is refused from 80 % on; high priority enters, and goes"
                                + " first",
                        BackpressureExperiments::priorities));
    }

    private static Experiment of(
            String name, String fault, String expected, Experiment.Script script) {
        return Experiment.of(Suite.BACKPRESSURE, name, fault, expected, script);
    }

    private static ChaosNode start(Stage stage) throws Exception {
        return stage.node(
                stage.config(
                        "limits",
                        JsonObject.of("max_in_flight", PLACES, "max_in_flight_per_caller", CALLS),
                        "message_queue_config",
                        JsonObject.of(
                                "max_size",
                                QUEUE,
                                "high_priority",
                                JsonArray.of("urgent"),
                                "low_priority",
                                JsonArray.of("sleep"))));
    }

    private static void overload(Stage stage, Observations seen) throws Exception {
        ChaosNode node = start(stage);
        List<Answer> answers = new ArrayList<>();
        JsonObject time = JsonObject.of("ms", 200);
        stage.fault(
                () -> {
                    ChaosNode.Burst burst = node.begin(CALLS, "sleep", time);
                    seen.same("operators", 200, node.status(node.process().admin(), "/health"));
                    answers.addAll(burst.await());
                });
        Map<Integer, Long> codes = CascadeExperiments.codes(answers);
        long right = codes.getOrDefault(Answer.RIGHT, 0L);
        long refused = codes.getOrDefault(ErrorCode.OVERLOADED, 0L);
        seen.fact("answered", right);
        seen.fact("refused", refused);
        seen.check(right + refused == answers.size(), "answers by code: " + codes);
        seen.check(right >= PLACES, right + " calls were answered");
        seen.check(refused > 0, "nothing was refused");
        seen.check(
                node.metric("erlmcp_calls_shed_total", "") >= refused, "refusals are not counted");
        seen.check(
                stage.await(() -> node.metric("erlmcp_calls_waiting", "") == 0),
                "calls are still waiting");
        CrashExperiments.works(node, "echo", seen);
    }

    private static void priorities(Stage stage, Observations seen) throws Exception {
        ChaosNode node = start(stage);
        List<ChaosNode.Burst> crowd = new ArrayList<>();
        stage.fault(() -> crowd.add(node.begin(60, "sleep", JsonObject.of("ms", 1_000))));
        boolean full =
                stage.await(() -> node.metric("erlmcp_calls_shed_total", "priority=\"low\"") > 0);
        seen.check(full, "nothing of low priority is refused");
        Answer urgent = node.call("urgent", JsonObject.of("ms", 0));
        double waiting = node.metric("erlmcp_calls_waiting", "");
        seen.check(urgent.isRight(), "high priority is answered " + urgent);
        seen.fact("urgent_after_ms", urgent.millis());
        seen.fact("still_waiting", waiting);
        seen.check(waiting > 0, "high priority waited for all others");
        seen.same(
                "refused_of_high_priority",
                0.0,
                node.metric("erlmcp_calls_shed_total", "priority=\"high\""));
        for (ChaosNode.Burst burst : crowd) {
            Map<Integer, Long> codes = CascadeExperiments.codes(burst.await());
            seen.check(
                    codes.keySet().stream()
                            .allMatch(it -> it == Answer.RIGHT || it == ErrorCode.OVERLOADED),
                    "answers by code: " + codes);
        }
    }
}
