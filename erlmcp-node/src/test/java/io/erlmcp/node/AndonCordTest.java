package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.andon;
import static io.erlmcp.node.CordFixture.client;
import static io.erlmcp.node.CordFixture.isRefused;
import static io.erlmcp.node.CordFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.node.CordFixture.Ran;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Tool;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The andon cord of a node in a process of its own, pulled with the command. */
@Requirement("andon.phase1-integration")
class AndonCordTest {
    private static final ListenFilter TOOLS =
            new ListenFilter(true, false, false, java.util.Set.of());

    @RegisterExtension final SideThreads threads = new SideThreads();

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
    @Requirement({"andon.halt-api", "R22"})
    void aHaltedToolIsRefusedAndOutOfTheListUntilItIsResumedKillsIncluded() throws Exception {
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            try (McpClient client = client(ready)) {
                CountDownLatch changed = new CountDownLatch(1);
                client.subscribe(TOOLS, notification -> changed.countDown());
                Ran halted = andon(ready, "halt", "tools/echo", "--reason", "secret reason");
                assertThat(halted.code()).isZero();
                assertThat(changed.await(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
                assertThat(halted.json().requireBool("kept")).isTrue();
                isRefused(client, "echo", "tools/echo");
                assertThat(run("call", ready.requireString("mcp"), "echo", "text=x").code())
                        .as("the command is told why, too")
                        .isEqualTo(1);
                assertThat(client.tools()).extracting(Tool::name).doesNotContain("echo");
                assertThat(get(ready.requireString("admin") + "/ready").statusCode())
                        .isEqualTo(200);
            }
            node.close();
            node.exitCode();
        }
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            try (McpClient client = client(ready)) {
                isRefused(client, "echo", "tools/echo");
                assertThat(client.tools()).extracting(Tool::name).doesNotContain("echo");

                assertThat(andon(ready, "resume", "tools/echo").code()).isZero();

                assertThat(client.call("echo", JsonObject.of("text", "hi")).isError()).isFalse();
                client.forgetLists();
                assertThat(client.tools()).extracting(Tool::name).contains("echo");
            }
            String metrics = get(ready.requireString("admin") + "/metrics").body();
            assertThat(metrics)
                    .contains("erlmcp_andon_denied_total{component=\"tools/echo\"} 1.0")
                    .contains("erlmcp_andon_halted 0.0");
        }
    }

    @Test
    @Requirement("andon.replay")
    void aHaltedNodeIsUpButNotReadyAndSaysWhyUntilTheEventIsUnderstood() throws Exception {
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            try (McpClient client = client(ready)) {
                assertThat(andon(ready, "halt", "node", "--incident").code()).isZero();
                isRefused(client, "echo", "node");
                HttpResponse<String> page =
                        get(ready.requireString("mcp").replace("/mcp", "/ready"));
                assertThat(page.statusCode()).isEqualTo(503);
                assertThat(page.body()).contains("node is halted", "incident");

                assertThat(andon(ready, "resume", "node").code()).isEqualTo(1);
                assertThat(
                                andon(
                                                ready,
                                                "resume",
                                                "node",
                                                "--cause",
                                                "a",
                                                "--fix",
                                                "b",
                                                "--prevention",
                                                "c")
                                        .code())
                        .isZero();
                assertThat(client.call("echo", JsonObject.of("text", "hi")).isError()).isFalse();
                assertThat(andon(ready, "report").json().requireArray("components").size())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    @Requirement({"andon.halt-atomic", "R22"})
    void aDamagedStateMeansANodeThatIsUpHaltedAndSaysSo() throws Exception {
        Files.createDirectories(cord.data().resolve("andon"));
        Files.writeString(cord.data().resolve("andon/halts.json"), "damaged");
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            HttpResponse<String> page = get(ready.requireString("admin") + "/ready");
            assertThat(page.statusCode()).isEqualTo(503);
            assertThat(page.body()).contains("unreadable");
            assertThat(node.err()).contains("the halt state is not what was written");
            try (McpClient client = client(ready)) {
                isRefused(client, "echo", "node");
            }
        }
    }

    @Test
    @Requirement({"andon.graceful-api", "andon.conn-tracking", "andon.metrics"})
    void aDrainLetsACallFinishAndHaltsThen() throws Exception {
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            Path file = folder.resolve("now");
            try (McpClient client = client(ready)) {
                FutureTask<String> result =
                        call(client, "until", JsonObject.of("file", file.toString()));
                node.awaitErrLine("waiting");
                FutureTask<Ran> drained =
                        threads.call("operator", () -> andon(ready, "drain", "tools/until"));
                Awaitility.await()
                        .atMost(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS))
                        .untilAsserted(
                                () -> {
                                    JsonObject status =
                                            andon(ready, "status", "tools/until").json();
                                    assertThat(status.requireString("phase")).isEqualTo("draining");
                                    assertThat(status.requireInteger("inFlight")).isEqualTo(1);
                                });
                isRefused(client, "until", "tools/until");

                Files.createFile(file);

                assertThat(result.get()).contains("waited");
                assertThat(drained.get().json().requireString("phase")).isEqualTo("stopped");
                isRefused(client, "until", "tools/until");
            }
            assertThat(get(ready.requireString("admin") + "/metrics").body())
                    .contains("erlmcp_graceful_shutdown_drained_requests_total 1.0")
                    .contains("erlmcp_graceful_shutdown_phase{component=\"tools/until\"} 3.0");
        }
    }

    @Test
    @Requirement("andon.halting")
    void aHaltWithNowCutsTheCall() throws Exception {
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            try (McpClient client = client(ready)) {
                FutureTask<String> result = call(client, "wait", JsonObject.of("ms", 60_000));
                node.awaitErrLine("waiting");

                assertThat(andon(ready, "halt", "tools/wait", "--now").code()).isZero();

                assertThat(result.get(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .contains("-31004");
            }
        }
    }

    private FutureTask<String> call(McpClient client, String tool, JsonObject arguments) {
        return threads.call(
                "caller",
                () -> {
                    try {
                        return client.call(tool, arguments).content().toString();
                    } catch (McpException e) {
                        return e.code() + " " + e.getMessage();
                    }
                });
    }

    @Test
    @Requirement("security.browser")
    void aPageOfABrowserCannotPullTheCord() throws Exception {
        try (NodeProcess node = cord.start()) {
            JsonObject ready = node.awaitReady();
            URI halt = URI.create(ready.requireString("admin") + "/andon/halt");
            String body = "{\"component\":\"node\"}";
            for (String[] header :
                    List.of(
                            new String[] {"content-type", "text/plain"},
                            new String[] {"content-type", "application/x-www-form-urlencoded"})) {
                assertThat(
                                http.send(
                                                HttpRequest.newBuilder(halt)
                                                        .headers(header)
                                                        .POST(
                                                                HttpRequest.BodyPublishers.ofString(
                                                                        body))
                                                        .build(),
                                                HttpResponse.BodyHandlers.ofString())
                                        .statusCode())
                        .isEqualTo(415);
            }
            HttpRequest foreign =
                    HttpRequest.newBuilder(halt)
                            .headers(
                                    "content-type",
                                    "application/json",
                                    "origin",
                                    "http://evil.example")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build();
            assertThat(http.send(foreign, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(403);
            assertThat(get(halt.toString()).statusCode()).isEqualTo(405);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS))
                    .untilAsserted(
                            () ->
                                    assertThat(get(ready.requireString("admin") + "/andon").body())
                                            .contains("\"halts\":[]"));
        }
    }
}
