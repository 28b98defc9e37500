package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.andon.Receipt;
import io.erlmcp.andon.ReceiptCheck;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions move from one store to another under a node that is killed after each step. */
@Requirement({"migrate.hybrid", "migrate.procedure", "R01"})
class MigrationProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
                    + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                    + "\"clientInfo\":{\"name\":\"p\",\"version\":\"1\"}}}";
    private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

    @TempDir Path folder;

    private NodeProcess start(String backend, int phase) {
        return NodeProcess.start(
                Map.of(
                        "ERLMCP_DATA_DIR",
                        folder.toString(),
                        "ERLMCP_SESSIONS_BACKEND",
                        backend,
                        "ERLMCP_MIGRATION_PHASE",
                        String.valueOf(phase)),
                "serve",
                "--port",
                "0",
                "--admin-port",
                "0");
    }

    private static void kill(NodeProcess node) throws InterruptedException {
        node.process().destroyForcibly();
        assertThat(node.process().waitFor(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitCompared(NodeProcess node) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(node.err())
                                        .contains("migration: both stores were compared"));
    }

    private static HttpResponse<String> send(
            JsonObject ready, String method, String session, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(ready.requireString("mcp")))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!session.isEmpty()) {
            request.header("Mcp-Session-Id", session);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String open(JsonObject ready) throws IOException, InterruptedException {
        return send(ready, "POST", "", INITIALIZE)
                .headers()
                .firstValue("Mcp-Session-Id")
                .orElseThrow();
    }

    private static int status(JsonObject ready, String session)
            throws IOException, InterruptedException {
        return send(ready, "POST", session, PING).statusCode();
    }

    private static void areServed(JsonObject ready, String... sessions) throws Exception {
        for (String session : sessions) {
            assertThat(status(ready, session)).isEqualTo(200);
        }
    }

    private void isRefused(String why) {
        try (NodeProcess node = start("migrating", 3)) {
            assertThat(node.exitCode()).isEqualTo(1);
            assertThat(node.err())
                    .contains("migration.phase: 3, but store-2 cannot stand alone yet", why);
        }
    }

    @Test
    void eachPhaseServesWhatTheOnesBeforeAcknowledgedAndTheThirdWaitsForAllOfIt() throws Exception {
        String old;
        String ended;
        try (NodeProcess node = start("disk", 1)) {
            JsonObject ready = node.awaitReady();
            old = open(ready);
            ended = open(ready);
            kill(node);
        }
        isRefused("no migration to it was begun");
        String first;
        try (NodeProcess node = start("migrating", 1)) {
            JsonObject ready = node.awaitReady();
            areServed(ready, old, ended);
            first = open(ready);
            awaitCompared(node);
            assertThat(send(ready, "DELETE", ended, "").statusCode()).isEqualTo(204);
            kill(node);
        }
        String second;
        try (NodeProcess node = start("migrating", 2)) {
            JsonObject ready = node.awaitReady();
            areServed(ready, old, first);
            assertThat(status(ready, ended)).isEqualTo(404);
            second = open(ready);
            kill(node);
        }
        try (NodeProcess node = start("migrating", 1)) {
            JsonObject ready = node.awaitReady();
            areServed(ready, old, first, second);
            assertThat(status(ready, ended)).isEqualTo(404);
            kill(node);
        }
        Path notes = folder.resolve("migration");
        byte[] whole = Files.readAllBytes(notes);
        Files.writeString(notes, "damaged\n", StandardOpenOption.APPEND);
        isRefused("not everything was copied to it");
        Files.write(notes, whole);
        Files.move(folder.resolve("store"), folder.resolve("kept for a while"));
        try (NodeProcess node = start("migrating", 3)) {
            JsonObject ready = node.awaitReady();
            areServed(ready, old, first, second);
            assertThat(status(ready, ended)).isEqualTo(404);
            assertThat(node.err()).doesNotContain("the stores must not differ");
            kill(node);
        }
        eachPhaseHasAReceipt();
    }

    private void eachPhaseHasAReceipt() throws IOException {
        List<Receipt> all = new ArrayList<>();
        ReceiptCheck.check(folder.resolve("andon"), all::add);
        assertThat(all)
                .filteredOn(it -> it.action().equals("migration.phase"))
                .extracting(it -> it.details().requireInteger("phase"))
                .containsExactly(1L, 2L, 1L, 3L);
        assertThat(all)
                .filteredOn(it -> it.action().equals("migration.copied"))
                .first()
                .satisfies(it -> assertThat(it.details().requireInteger("copied")).isPositive());
    }
}
