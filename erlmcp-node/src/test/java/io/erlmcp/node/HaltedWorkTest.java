package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.andon;
import static io.erlmcp.node.CordFixture.client;
import static io.erlmcp.node.CordFixture.isRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.McpClient;
import io.erlmcp.client.ToolTask;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.node.CordFixture.Ran;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a halt does to work that no request waits for: tasks, and servers behind the node. */
class HaltedWorkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);

    @RegisterExtension final SideThreads threads = new SideThreads();

    @TempDir Path folder;

    private static JsonObject status(JsonObject ready, String component) {
        return andon(ready, "status", component).json();
    }

    private static McpClient withTasks(JsonObject ready) {
        return McpClient.builder(StreamableHttpClientTransport.to(ready.requireString("mcp")))
                .timeout(PATIENCE)
                .tasks()
                .connect();
    }

    @Test
    @Requirement({"andon.draining", "andon.conn-tracking"})
    void aDrainLetsTheTasksOfItsToolComeToTheirEnd() throws Exception {
        try (NodeProcess node = new CordFixture(folder).start()) {
            JsonObject ready = node.awaitReady();
            Path file = folder.resolve("now");
            try (McpClient client = withTasks(ready)) {
                JsonObject arguments = JsonObject.of("file", file.toString());
                ToolTask task = client.tasks().start("until", arguments);
                node.awaitErrLine("waiting");
                FutureTask<Ran> drained =
                        threads.call("operator", () -> andon(ready, "drain", "tools/until"));
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () ->
                                        assertThat(
                                                        status(ready, "tools/until")
                                                                .requireString("phase"))
                                                .isEqualTo("draining"));
                assertThat(status(ready, "tools/until").requireInteger("inFlight")).isEqualTo(1);
                assertThatThrownBy(() -> client.tasks().start("until", arguments))
                        .isInstanceOfSatisfying(
                                McpException.class, e -> assertThat(e.code()).isEqualTo(-31002));

                Files.createFile(file);

                assertThat(task.await(PATIENCE).isError()).isFalse();
                assertThat(
                                drained.get(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS)
                                        .json()
                                        .requireString("phase"))
                        .isEqualTo("stopped");
            }
        }
    }

    @Test
    @Requirement("andon.halting")
    void aHaltWithNowFailsTheTasksOfItsTool() throws Exception {
        try (NodeProcess node = new CordFixture(folder).start()) {
            JsonObject ready = node.awaitReady();
            try (McpClient client = withTasks(ready)) {
                ToolTask task =
                        client.tasks()
                                .start(
                                        "until",
                                        JsonObject.of("file", folder.resolve("never").toString()));
                node.awaitErrLine("waiting");

                assertThat(andon(ready, "halt", "tools/until", "--now").code()).isZero();

                assertThatThrownBy(() -> task.await(PATIENCE))
                        .isInstanceOfSatisfying(
                                McpException.class,
                                e -> {
                                    assertThat(e.code()).isEqualTo(-31004);
                                    assertThat(e.getMessage()).contains("tools/until was halted");
                                });
                assertThat(task.status().status()).isEqualTo(TaskStatus.FAILED);
                assertThat(status(ready, "tools/until").requireInteger("inFlight")).isZero();
            }
        }
    }

    // ---- the whole node ----

    private NodeProcess withUpstream() throws IOException {
        List<String> command = new ArrayList<>(NodeProcess.command());
        command.addAll(List.of("serve", "--stdio", "--log-level", "error"));
        Path config =
                Files.writeString(
                        folder.resolve("upstream.yaml"),
                        JsonObject.of(
                                        "data",
                                        JsonObject.of("dir", folder.resolve("data").toString()),
                                        "upstreams",
                                        JsonObject.of(
                                                "far",
                                                JsonObject.of(
                                                        "command",
                                                        JsonArray.of(command.toArray()),
                                                        "always_prefix",
                                                        true)))
                                .toJson());
        return NodeProcess.start("serve", "--port", "0", "--config", config.toString());
    }

    private static JsonObject upstream(JsonObject ready) {
        Ran ran = CordFixture.run("upstreams", "--json", "--admin", ready.requireString("admin"));
        return (JsonObject) ran.json().requireArray("upstreams").get(0);
    }

    private static boolean isUp(JsonObject ready) {
        return upstream(ready).requireString("state").equals("up");
    }

    @Test
    @Requirement({"andon.halt-api", "sup.halt-aware", "andon.startup-skip"})
    void whileTheNodeIsHaltedNoServerBehindItRunsAndNoneIsStartedUntilItIsResumed()
            throws Exception {
        try (NodeProcess node = withUpstream()) {
            JsonObject ready = node.awaitReady();
            await().atMost(PATIENCE).until(() -> isUp(ready));
            ProcessHandle child =
                    ProcessHandle.of(upstream(ready).requireInteger("pid")).orElseThrow();

            assertThat(andon(ready, "halt", "node").code()).isZero();

            await().atMost(PATIENCE).until(() -> !child.isAlive() && !isUp(ready));
            try (McpClient client = client(ready)) {
                isRefused(client, "far_echo", "node");
            }
            node.terminate();
            assertThat(node.exitCode()).isZero();
        }
        try (NodeProcess node = withUpstream()) {
            JsonObject ready = node.awaitReady();
            await().atMost(PATIENCE).until(() -> node.err().contains("upstreams is not started"));
            assertThat(upstream(ready).requireInteger("starts")).isZero();

            assertThat(andon(ready, "resume", "node").code()).isZero();

            await().atMost(PATIENCE).until(() -> isUp(ready));
            try (McpClient client = client(ready)) {
                assertThat(client.call("far_echo", JsonObject.of("text", "hi")).isError())
                        .isFalse();
            }
        }
    }
}
