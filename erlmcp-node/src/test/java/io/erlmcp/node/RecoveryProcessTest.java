package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.andon;
import static io.erlmcp.node.CordFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.node.CordFixture.Ran;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node as its users run it, and an upstream server that dies as soon as it is started. */
class RecoveryProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);
    private static final String BROKEN = "upstreams/broken";

    @TempDir Path folder;

    private Path config = Path.of("");
    private Path starts = Path.of("");
    private Path repaired = Path.of("");

    @BeforeEach
    void write() throws IOException {
        starts = folder.resolve("starts");
        repaired = folder.resolve("repaired");
        Path script =
                Files.writeString(
                        folder.resolve("server.sh"),
                        """
                        echo started >> %s
                        echo $$ > %s
                        if [ -e %s ]; then
                          exec "$@"
                        fi
                        echo "cannot open the ledger with $LEDGER_KEY" >&2
                        exit 3
                        """
                                .formatted(starts, folder.resolve("pid"), repaired));
        StringBuilder command = new StringBuilder();
        for (String word : server()) {
            command.append(", \"").append(word).append('"');
        }
        config =
                Files.writeString(
                        folder.resolve("erlmcp.yaml"),
                        """
                        upstreams:
                          broken:
                            command: ["sh", "%s"%s]
                            environment: {LEDGER_KEY: "open-sesame"}
                            always_prefix: true
                            era: legacy
                            max_restart_pause: 200ms
                        """
                                .formatted(script, command));
    }

    /** The built-in tools over stdio. */
    private static List<String> server() {
        List<String> command = new java.util.ArrayList<>(NodeProcess.command());
        command.addAll(List.of("serve", "--stdio"));
        return command;
    }

    private NodeProcess start() {
        return NodeProcess.start(
                Map.of("ERLMCP_DATA_DIR", folder.resolve("data").toString()),
                "serve",
                "--port",
                "0",
                "--admin-port",
                "0",
                "--config",
                config.toString());
    }

    /** A line is read a moment after it was written. */
    private static void awaitErr(NodeProcess node, String text) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(node.err()).contains(text));
    }

    private long starts() throws IOException {
        return Files.exists(starts) ? Files.readAllLines(starts).size() : 0;
    }

    private static boolean isHalted(JsonObject ready) {
        return andon(ready, "status", BROKEN).json().requireString("state").equals("halted_fatal");
    }

    private static Ran recovery(JsonObject ready, String... words) {
        return run(
                java.util.stream.Stream.of(
                                List.of("recovery"),
                                List.of(words),
                                List.of("--json", "--admin", ready.requireString("admin")))
                        .flatMap(List::stream)
                        .toArray(String[]::new));
    }

    @Test
    @Requirement({
        "recovery.manager",
        "recovery.halt-after",
        "recovery.halt-check",
        "recovery.init-check",
        "recovery.exhausted-alert",
        "recovery.strategist-use"
    })
    void theSixthCrashHaltsAndTheFifthDoesNotAndAfterRepairAndResumeItServes() throws Exception {
        try (NodeProcess node = start()) {
            JsonObject ready = node.awaitReady();
            await().atMost(PATIENCE).until(() -> isHalted(ready));

            assertThat(starts()).as("the first start and five more").isEqualTo(6);
            awaitEvidence(ready);
            theBoardShowsWhyAndWhat(ready);
            theDecisionsAreThere(ready);
            awaitErr(node, "RECOVERY_EXHAUSTED: " + BROKEN);
            assertThat(node.err()).doesNotContain("open-sesame");
        }
        try (NodeProcess node = start()) {
            JsonObject ready = node.awaitReady();
            awaitErr(node, BROKEN + " is not started: component_halted");
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertThat(get(ready, "/components")).contains("component_halted");
                                assertThat(get(ready, "/metrics"))
                                        .contains("erlmcp_recovery_denied_total 1.0");
                            });
            assertThat(starts()).as("not started again by a new node").isEqualTo(6);
            JsonObject known = recovery(ready, BROKEN).json();
            assertThat(known.has("bundle")).as("it is kept").isTrue();
            assertThat(known.requireString("condition")).isEqualTo("halted");
            theDecisionsOfTheRunBeforeAreStillThere(ready, known);

            assertThat(andon(ready, "resume", BROKEN).code()).as("needs the texts").isEqualTo(1);
            Files.createFile(repaired);
            assertThat(
                            andon(
                                            ready,
                                            "resume",
                                            BROKEN,
                                            "--cause",
                                            "no ledger",
                                            "--fix",
                                            "made one",
                                            "--prevention",
                                            "a check")
                                    .code())
                    .isZero();
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(call(ready)).contains("hello"));
            assertThat(starts()).isEqualTo(7);
            brokenAgainItsToolsAreRefused(ready);
        }
    }

    private static void awaitEvidence(JsonObject ready) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(halts(ready).getFirst().has("evidence"))
                                        .as("looked at when it was halted")
                                        .isTrue());
    }

    private static List<JsonObject> halts(JsonObject ready) {
        JsonArray halts = andon(ready, "board").json().requireArray("halts");
        return halts.values().stream().map(JsonObject.class::cast).toList();
    }

    private static void theBoardShowsWhyAndWhat(JsonObject ready) {
        JsonObject halt = halts(ready).getFirst();
        assertThat(halt.requireString("component")).isEqualTo(BROKEN);
        assertThat(halt.requireString("category")).isEqualTo("failures");
        assertThat(halt.requireString("reason"))
                .startsWith("failed again after 5 restarts within 60 s (persistent): ")
                .endsWith("exit code 3");
        JsonObject evidence = halt.requireObject("evidence");
        assertThat(evidence.requireArray("stderr").toJson())
                .contains("cannot open the ledger with ***")
                .doesNotContain("open-sesame");
        assertThat(evidence.requireArray("log").toJson()).contains(BROKEN);
        assertThat(evidence.requireArray("metrics").toJson())
                .contains("erlmcp_component_failures_total");
        assertThat(evidence.requireArray("threads").isEmpty()).isFalse();
    }

    private static void theDecisionsAreThere(JsonObject ready) throws Exception {
        Ran all = recovery(ready);
        assertThat(all.code()).as("something is halted").isEqualTo(1);
        assertThat(all.out()).contains("\"step\":\"manual\"", "\"result\":\"refused\"");
        JsonObject one = recovery(ready, BROKEN).json();
        assertThat(one.requireInteger("failures")).isEqualTo(6);
        assertThat(one.requireString("condition")).isEqualTo("halted");
        assertThat(run("recovery", "--admin", ready.requireString("admin")).out())
                .contains(BROKEN + " ", "halted", "persistent", "decisions, the newest last:");
        assertThat(run("recovery", BROKEN, "--admin", ready.requireString("admin")).out())
                .contains(
                        "6 x persistent", "stderr:", "cannot open the ledger with ***", "threads:");
        assertThat(status(ready, "GET", "?component=a%20b")).isEqualTo(400);
        assertThat(status(ready, "GET", "?component=upstreams/other")).isEqualTo(404);
        assertThat(status(ready, "HEAD", "")).isEqualTo(200);
        assertThat(status(ready, "POST", "")).isEqualTo(405);
        assertThat(recovery(ready, "upstreams/other").code()).isEqualTo(1);
        assertThat(recovery(ready, "no path").code()).isEqualTo(2);
        assertThat(get(ready, "/metrics"))
                .contains("erlmcp_recovery_exhausted_total{type=\"persistent\"} 1.0")
                .contains("erlmcp_failure_history_size{component=\"upstreams/broken\"} 6.0");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(receipts(ready))
                                        .contains("recovery.degrade", "andon.halt"));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(get(ready, "/health"))
                                        .contains("\"component\":\"upstreams/broken\"")
                                        .contains("halted: persistent"));
    }

    /** Six failures, of which the first five were answered with a restart. */
    private static void theDecisionsOfTheRunBeforeAreStillThere(
            JsonObject ready, JsonObject known) {
        List<JsonObject> earlier =
                known.requireArray("decisions").values().stream()
                        .map(JsonObject.class::cast)
                        .filter(it -> it.bool("earlier").orElse(false))
                        .toList();
        assertThat(earlier)
                .filteredOn(it -> it.requireString("decision").equals("plan"))
                .hasSize(6)
                .last()
                .satisfies(
                        it -> {
                            assertThat(it.requireString("class")).isEqualTo("persistent");
                            assertThat(it.requireString("advice")).isEqualTo("halt");
                            assertThat(it.requireString("steps")).contains("manual");
                            assertThat(it.requireArray("patterns").toJson()).contains("same_error");
                            assertThat(it.requireInteger("confidencePercent")).isEqualTo(86);
                        });
        assertThat(earlier)
                .filteredOn(it -> it.requireString("decision").equals("outcome"))
                .extracting(it -> it.requireString("outcome"))
                .containsExactly(
                        "failed_again",
                        "failed_again",
                        "failed_again",
                        "failed_again",
                        "failed_again",
                        "halted");
        assertThat(run("recovery", BROKEN, "--admin", ready.requireString("admin")).out())
                .contains("(earlier run)", "came to this: halted");
        assertThat(run("recovery", "--admin", ready.requireString("admin")).out())
                .contains("(earlier run)");
    }

    private static String receipts(JsonObject ready) {
        return run("receipts", "export", "--admin", ready.requireString("admin"), "--json").out();
    }

    private void brokenAgainItsToolsAreRefused(JsonObject ready) throws IOException {
        Files.delete(repaired);
        String pid = Files.readString(folder.resolve("pid")).strip();
        assertThat(ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly()).isTrue();
        await().atMost(PATIENCE).until(() -> isHalted(ready));
        assertThat(starts()).as("the one that was killed, and five more").isEqualTo(12);
        try (McpClient client = CordFixture.client(ready)) {
            CordFixture.isRefused(client, "broken_echo", BROKEN);
        }
    }

    private static String call(JsonObject ready) {
        try (McpClient client = CordFixture.client(ready)) {
            return client.call("broken_echo", JsonObject.of("text", "hello")).toString();
        }
    }

    private static int status(JsonObject ready, String method, String query)
            throws IOException, InterruptedException {
        URI page = URI.create(ready.requireString("admin") + "/recovery" + query);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(page)
                                    .method(method, HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static String get(JsonObject ready, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(ready.requireString("admin") + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
