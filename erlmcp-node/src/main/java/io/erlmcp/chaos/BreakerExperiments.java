package io.erlmcp.chaos;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The circuit breaker of an upstream server, and how it goes together with restarts. */
final class BreakerExperiments {
    private static final int THRESHOLD = 5;
    private static final int SAMPLES = 20;
    private static final int PROBES = 3;
    private static final int PROBE_MILLIS = 3_000;

    private BreakerExperiments() {}

    static List<Experiment> all() {
        return List.of(
                of(
                        "breaker-failures",
                        "an upstream server answers each call with an internal error",
                        "5 calls reach it; the next are refused, and name it",
                        BreakerExperiments::failures),
                of(
                        "breaker-latency",
                        "an upstream server takes 200 ms for each call, max_p95 is 50 ms",
                        "open after 20 calls; while it is open no call reaches the server, and it"
                                + " is not restarted",
                        BreakerExperiments::latency),
                of(
                        "breaker-probes",
                        "30 callers at once when the breaker lets probes through",
                        "3 calls reach the server; then it is closed",
                        BreakerExperiments::probes),
                of(
                        "breaker-restart",
                        "kill -9 of an upstream server whose breaker is open for 5 s",
                        "not started again before the breaker would let a probe through; then it"
                                + " is closed, and it serves",
                        BreakerExperiments::restart));
    }

    private static Experiment of(
            String name, String fault, String expected, Experiment.Script script) {
        return Experiment.of(Suite.BREAKER, name, fault, expected, script);
    }

    private static ChaosNode start(Stage stage, Object... breaker) throws Exception {
        JsonObject upstream =
                stage.upstreams(List.of("a"), "breaker", Stage.with(JsonObject.EMPTY, breaker));
        ChaosNode node = stage.node(stage.config("upstreams", upstream));
        stage.awaitUp(node, List.of("a"));
        return node;
    }

    private static Answer callMany(ChaosNode node, int calls) {
        Answer last = node.call("a_echo");
        for (int i = 1; i < calls; i++) {
            last = node.call("a_echo");
        }
        return last;
    }

    private static void refused(Answer answer, Observations seen) {
        seen.same("answered", ErrorCode.UPSTREAM_UNAVAILABLE, answer.code());
        seen.check(
                answer.component().startsWith("upstreams/a"),
                "the refusal names \"" + answer.component() + '"');
    }

    private static void failures(Stage stage, Observations seen) throws Exception {
        ChaosNode node = start(stage);
        stage.tell("a", "fail");
        Answer last = callMany(node, 4 * THRESHOLD);
        seen.same("reached_it", (long) THRESHOLD, stage.calls("a"));
        seen.same("breaker", "open", node.breaker("a"));
        refused(last, seen);
        CrashExperiments.works(node, "echo", seen);
    }

    private static void latency(Stage stage, Observations seen) throws Exception {
        ChaosNode node = start(stage, "max_p95", "50ms", "min_samples", SAMPLES);
        stage.tell("a", "slow 200");
        refused(callMany(node, 2 * SAMPLES), seen);
        seen.same("reached_it", (long) SAMPLES, stage.calls("a"));
        seen.same("breaker", "open", node.breaker("a"));
        Stage.pause(Duration.ofSeconds(1));
        refused(callMany(node, SAMPLES), seen);
        seen.same("reached_it_later", (long) SAMPLES, stage.calls("a"));
        seen.same("starts", 1, stage.starts("a"));
    }

    private static void probes(Stage stage, Observations seen) throws Exception {
        ChaosNode node = start(stage, "timeout", "1s", "half_open_requests", PROBES);
        stage.tell("a", "fail");
        callMany(node, THRESHOLD);
        seen.same("breaker", "open", node.breaker("a"));
        stage.mend("a", "slow " + PROBE_MILLIS);
        Stage.pause(Duration.ofMillis(1_200));
        long before = stage.calls("a");
        Map<Integer, Long> codes =
                CascadeExperiments.codes(node.atOnce(30, "a_echo", JsonObject.EMPTY));
        seen.same("reached_it", (long) PROBES, stage.calls("a") - before);
        seen.same(
                "answered",
                Map.of(Answer.RIGHT, (long) PROBES, ErrorCode.UPSTREAM_UNAVAILABLE, 27L),
                codes);
        seen.same("breaker_then", "closed", node.breaker("a"));
        stage.mend("a", "");
        CrashExperiments.works(node, "a_echo", seen);
    }

    private static void restart(Stage stage, Observations seen) throws Exception {
        ChaosNode node = start(stage, "timeout", "5s");
        stage.tell("a", "fail");
        callMany(node, THRESHOLD);
        seen.same("breaker", "open", node.breaker("a"));
        stage.mend("a", "");
        long began = System.nanoTime();
        long refusesMillis = node.upstream("a").integer("retryAfterMs").orElse(0L);
        stage.kill(node, "a");
        boolean again = stage.await(() -> stage.starts("a") == 2);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        seen.check(again, "it is not started again: " + node.upstream("a").toJson());
        seen.fact("breaker_refused_for_ms", refusesMillis);
        seen.fact("started_after_ms", millis);
        seen.check(millis >= refusesMillis, "started before the breaker would let a probe through");
        seen.check(stage.await(() -> node.isUp("a")), "it is not up");
        seen.same("breaker_then", "closed", node.breaker("a"));
        CrashExperiments.works(node, "a_echo", seen);
    }
}
