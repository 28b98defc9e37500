package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** The part of R31 in which nothing is wrong, and so nothing may be told. */
final class QuietTime {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern TROUBLE = Pattern.compile("^\\S+ (WARN|ERROR) \\[.*");

    private QuietTime() {}

    /** A node with its usual settings, sessions on the disk and an upstream server. */
    static void watch(Trial trial, List<Sign> signs, Findings findings) throws Exception {
        Duration time = trial.time(3, 60, 3_600);
        try (Folder folder = new Folder("r31")) {
            boolean isTiny = trial.size() == Trial.Size.TINY;
            Launch launch = isTiny ? trial.launch() : trial.launch().withConfig(config(folder));
            try (Scene scene = new Scene(launch, new HashMap<>(folder.diskBackend()), folder)) {
                if (!isTiny) {
                    UpstreamNode.awaitUp(scene.node(), List.of("good"), findings);
                }
                calls(scene, !isTiny, findings); // what comes up for the first time is not quiet
                OperatorView.Look before = scene.look();
                Set<String> said = new LinkedHashSet<>(lines(before));
                Fault.Cure cure =
                        trial.isPlanted(ToldFaults.NOT_QUIET)
                                ? NodeFaults.halted().cause().put(scene)
                                : Fault.Cure.NONE;
                long began = System.nanoTime();
                while (System.nanoTime() - began < time.toNanos()) {
                    calls(scene, !isTiny, findings);
                    OperatorView.Look now = scene.look();
                    judge(signs, before, now, findings);
                    judge(lines(now), said, findings);
                    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
                }
                cure.heal();
                findings.count("quiet_seconds", time.toSeconds());
            }
        }
    }

    private static Path config(Folder folder) throws IOException {
        String text =
                """
                plugins: [io.erlmcp.conformance.FixtureProvider]
                upstreams:
                  good:
                    command: [node, '%s']
                    always_prefix: true
                """
                        .formatted(UpstreamNode.script());
        return Files.writeString(folder.path().resolve("erlmcp.yaml"), text);
    }

    /** A session comes, works and goes; the upstream server is called. */
    private static void calls(Scene scene, boolean hasUpstream, Findings findings)
            throws IOException {
        for (Way way : List.of(Way.HTTP, Way.WEBSOCKET)) {
            try (GoodClient client = GoodClient.open(way, way.of(scene.node()), PATIENCE)) {
                client.echo("all is well");
                findings.count("quiet_calls", 1);
            }
        }
        if (hasUpstream) {
            int code = scene.call("good_echo", JsonObject.of("text", "all is well"));
            findings.check(code == 0, "in the quiet time a call is answered with " + code);
        }
    }

    /**
     * What stands or goes up and down by itself is watched too, except that sessions come and go.
     */
    private static void judge(
            List<Sign> signs, OperatorView.Look before, OperatorView.Look now, Findings findings) {
        findings.count("quiet_looks", 1);
        for (Sign sign : signs) {
            boolean isLoad =
                    sign.name().equals("erlmcp_sessions")
                            || sign.name().equals("erlmcp_http_connections");
            if (!isLoad && sign.isRaised(before, now)) {
                findings.fail("in the quiet time something is told by " + sign);
            }
        }
    }

    private static void judge(List<String> lines, Set<String> said, Findings findings) {
        for (String line : lines) {
            if (said.add(line)) {
                findings.fail("in the quiet time a line says: " + line);
            }
        }
    }

    private static List<String> lines(OperatorView.Look look) {
        List<String> lines = new ArrayList<>();
        for (String line : look.lines().split("\n")) {
            if (TROUBLE.matcher(line).matches()) {
                lines.add(line);
            }
        }
        return lines;
    }
}
