package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.andon;
import static io.erlmcp.node.CordFixture.client;
import static io.erlmcp.node.CordFixture.isRefused;
import static io.erlmcp.node.CordFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.McpClient;
import io.erlmcp.json.Json;
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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node finds when it starts: halts, and what the run before it left. */
@Requirement("andon.phase1-integration")
class AndonStartTest {
    private static final String INITIALIZE =
            """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",
              "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
            """;
    private static final String SUBSCRIBE =
            """
            {"jsonrpc":"2.0","id":2,"method":"resources/subscribe","params":{"uri":"file:///a"}}
            """;

    @TempDir Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private CordFixture cord = new CordFixture(Path.of(""));

    @BeforeEach
    void open() {
        cord = new CordFixture(folder);
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    @Requirement("andon.persist-hooks")
    void sessionsInMemoryOutliveAGracefulStopWithTheirSubscriptions() throws Exception {
        String session;
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            HttpResponse<String> opened = post(ready, INITIALIZE, "");
            session = opened.headers().firstValue("mcp-session-id").orElseThrow();
            post(ready, SUBSCRIBE, session);
            node.terminate();
            assertThat(node.exitCode()).isZero();
        }
        Path saved = cord.data().resolve("state/sessions.json");
        assertThat(saved).exists();
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            assertThat(saved).as("taken").doesNotExist();
            HttpResponse<String> answer =
                    post(
                            ready,
                            """
                            {"jsonrpc":"2.0","id":3,"method":"tools/list"}
                            """,
                            session);
            assertThat(answer.statusCode()).isEqualTo(200);
            JsonObject listed =
                    Json.parseObject(get(ready.requireString("admin") + "/sessions").body());
            assertThat(listed.requireArray("sessions").toJson()).contains("\"subscriptions\":1");
            assertThat(post(ready, SUBSCRIBE, "never-issued").statusCode()).isEqualTo(404);
        }
    }

    private HttpResponse<String> post(JsonObject ready, String body, String session)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(ready.requireString("mcp")))
                        .header("content-type", "application/json")
                        .header("accept", "application/json, text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!session.isEmpty()) {
            request.header("mcp-session-id", session);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void withoutANodeTheDataFolderIsAsked() throws Exception {
        Files.createDirectories(cord.data());
        Ran halted = run("andon", "halt", "tools/echo", "--data", cord.data().toString(), "--json");
        assertThat(halted.code()).isZero();
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            try (McpClient client = client(ready)) {
                isRefused(client, "echo", "tools/echo");
            }
            assertThat(run("andon", "status", "--data", cord.data().toString()).code())
                    .as("a node uses it")
                    .isEqualTo(1);
            Ran verified =
                    run("receipts", "verify", "--json", "--admin", ready.requireString("admin"));
            assertThat(verified.json().requireInteger("receipts")).isPositive();
            assertThat(verified.code()).isZero();
            assertThat(receiptsOfOthers(ready)).hasSize(1);
        }
        Path receipts = cord.data().resolve("andon/receipts-000001.jsonl");
        Files.writeString(receipts, Files.readString(receipts).replace("tools/echo", "tools/ecko"));
        assertThat(run("receipts", "verify", "--data", cord.data().toString()).code()).isEqualTo(1);
        assertThat(run("andon", "halt", "a b", "--data", cord.data().toString()).code())
                .isEqualTo(2);
    }

    /** But for those of a guardian that finds the machine too slow for its threads. */
    private static List<String> receiptsOfOthers(JsonObject ready) {
        return run("receipts", "export", "--admin", ready.requireString("admin"))
                .out()
                .lines()
                .filter(line -> !line.contains("\"action\":\"guardian."))
                .toList();
    }

    @Test
    @Requirement({"andon.startup-skip", "andon.phase1-integration"})
    void aNodeStartsWithoutTheListenerThatIsHaltedAndSaysSo() throws Exception {
        Files.createDirectories(cord.data());
        run("andon", "halt", "listeners/http", "--data", cord.data().toString());
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();

            assertThat(ready.has("mcp")).isFalse();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS))
                    .untilAsserted(
                            () -> assertThat(node.err()).contains("listeners/http is not started"));
            assertThat(andon(ready, "status", "listeners/http").json().requireString("state"))
                    .isEqualTo("halted_manual");
            assertThat(andon(ready, "resume", "listeners/http").code()).isZero();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS))
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    andon(ready, "status", "listeners/http")
                                                            .json()
                                                            .requireBool("known"))
                                            .isTrue());
            assertThat(andon(ready, "halt", "listeners/admin").code()).isEqualTo(1);
            assertThat(andon(ready, "halt", "listeners").code()).isEqualTo(1);
        }
    }

    @Test
    @Requirement({"andon.phase1-integration", "sup.halt-aware"})
    void aListenerThatIsHaltedStopsAndOneThatIsResumedServesAgain() throws Exception {
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            String alive = ready.requireString("mcp").replace("/mcp", "/alive");
            assertThat(get(alive).statusCode()).isEqualTo(200);

            assertThat(andon(ready, "halt", "listeners/http").code()).isZero();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS))
                    .untilAsserted(
                            () ->
                                    assertThatThrownBy(() -> get(alive))
                                            .isInstanceOf(IOException.class));

            assertThat(andon(ready, "resume", "listeners/http").code()).isZero();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(get(alive).statusCode()).isEqualTo(200));
        }
    }

    @Test
    @Requirement("andon.phase1-integration")
    void quickRestartsLoseNoHalt() throws Exception {
        Files.createDirectories(cord.data());
        run("andon", "halt", "tools/echo", "--data", cord.data().toString());
        for (int i = 0; i < 3; i++) {
            try (NodeProcess node = cord.start()) {
                JsonObject ready = node.awaitReady();
                andon(ready, "halt", "tools/t" + i);
            }
        }
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            assertThat(andon(ready, "board").json().requireArray("halts").size()).isEqualTo(4);
        }
    }
}
