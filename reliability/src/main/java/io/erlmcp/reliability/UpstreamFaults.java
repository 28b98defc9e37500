package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What upstream servers of a node do wrong. */
final class UpstreamFaults {
    private static final int BREAKER_FAILURES = 3;

    private UpstreamFaults() {}

    /** Writes the configuration of a node that has them behind it. */
    static Path config(Folder folder) throws IOException {
        Path script = UpstreamNode.script();
        Path there = Files.createFile(folder.path().resolve("dead-is-there"));
        String silent = folder.path().resolve("broken-is-silent").toString();
        String text =
                """
                plugins: [io.erlmcp.conformance.FixtureProvider]
                upstreams:
                """
                        + upstream(
                                "dead",
                                "[sh, -c, 'test -e %s && exec node %s']".formatted(there, script),
                                "max_restarts: 100000")
                        + upstream("hung", "[node, '" + script + "']", "max_restarts: 1000")
                        + upstream(
                                "broken",
                                "[node, '" + script + "', --silent-while, '" + silent + "']",
                                "breaker: {failure_threshold: %d, timeout: 1s, half_open_requests: 1}"
                                        .formatted(BREAKER_FAILURES))
                        + upstream("frail", "[node, '" + script + "']", "max_restarts: 1");
        return Files.writeString(folder.path().resolve("erlmcp.yaml"), text);
    }

    private static String upstream(String name, String command, String more) {
        return """
          %s:
            command: %s
            always_prefix: true
            era: legacy
            max_restart_pause: 200ms
            call_timeout: 300ms
            ping_interval: 300ms
            ping_timeout: 300ms
            max_missed_pings: 3
            %s
        """
                .formatted(name, command, more);
    }

    static List<String> names() {
        return List.of("dead", "hung", "broken", "frail");
    }

    static List<Fault> all() {
        return List.of(dead(), hung(), breaker(), exhausted());
    }

    private static Fault dead() {
        return new Fault(
                "upstream_dead",
                List.of(
                        Sign.falls("erlmcp_upstreams_up"),
                        Sign.rises("erlmcp_upstream_losses_total", "upstreams/dead"),
                        Sign.says("upstreams/dead is down")),
                scene -> {
                    Path there = scene.path("dead-is-there");
                    Files.delete(there);
                    scene.call("dead_die", JsonObject.EMPTY);
                    return () -> Files.createFile(there);
                });
    }

    private static Fault hung() {
        return new Fault(
                "upstream_hung",
                List.of(
                        Sign.rises("erlmcp_upstream_hung_total", "upstreams/hung"),
                        Sign.rises("erlmcp_upstream_losses_total", "upstreams/hung"),
                        Sign.says("upstreams/hung did not answer")),
                scene -> {
                    scene.call("hung_spin", JsonObject.EMPTY);
                    return () -> awaitUp(scene, "hung");
                });
    }

    private static Fault breaker() {
        return new Fault(
                "breaker_open",
                List.of(
                        Sign.stands("erlmcp_circuit_breaker_state", "upstreams/broken"),
                        Sign.rises("erlmcp_breaker_changes_total", "to=\"open\""),
                        Sign.says("the circuit breaker of upstreams/broken")),
                scene -> {
                    Path silent = Files.createFile(scene.path("broken-is-silent"));
                    JsonObject text = JsonObject.of("text", "x");
                    for (int i = 0; i < BREAKER_FAILURES; i++) {
                        scene.call("broken_echo", text);
                    }
                    return () -> {
                        Files.delete(silent);
                        FullDisk.within(
                                Scene.PATIENCE.toMillis(),
                                () -> scene.call("broken_echo", text) == 0);
                    };
                });
    }

    private static Fault exhausted() {
        return new Fault(
                "restarts_exhausted",
                List.of(
                        Sign.stands("erlmcp_andon_halted"),
                        Sign.falls("erlmcp_upstreams_up"),
                        Sign.rises("erlmcp_recovery_exhausted_total"),
                        Sign.says("upstreams/frail is halted_fatal")),
                scene -> {
                    long starts = UpstreamNode.starts(scene.node(), "frail");
                    scene.call("frail_die", JsonObject.EMPTY);
                    UpstreamNode.await(() -> UpstreamNode.starts(scene.node(), "frail") > starts);
                    awaitUp(scene, "frail");
                    scene.call("frail_die", JsonObject.EMPTY);
                    return () -> scene.resume("upstreams/frail");
                });
    }

    private static void awaitUp(Scene scene, String name) throws IOException, InterruptedException {
        if (!UpstreamNode.await(() -> UpstreamNode.isUp(scene.node(), name))) {
            throw new IOException(name + " does not come up");
        }
    }
}
