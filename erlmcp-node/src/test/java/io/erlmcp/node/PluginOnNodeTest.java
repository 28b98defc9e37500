package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.andon;
import static io.erlmcp.node.CordFixture.client;
import static io.erlmcp.node.CordFixture.isRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ResourceLevel;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.protocol.Tool;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plug-in that uses the node that runs it, in a process of its own. */
class PluginOnNodeTest {
    @TempDir Path folder;

    private NodeProcess start() throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("keeping.yaml"),
                        "plugins: ["
                                + KeepingTools.class.getName()
                                + ", io.erlmcp.builtin.BuiltinProvider]\n");
        return NodeProcess.start(
                Map.of("ERLMCP_DATA_DIR", folder.resolve("data").toString()),
                "serve",
                "--port",
                "0",
                "--config",
                config.toString());
    }

    private static String call(McpClient client, String tool) {
        return text(client.call(tool, JsonObject.EMPTY));
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }

    private static CallToolResult pull(McpClient client, String component) {
        return client.call("pull", JsonObject.of("component", component));
    }

    @Test
    @Requirement({"andon.persist-hooks", "andon.persist-api"})
    void whatItSavesWhenTheNodeStopsIsThereForItsNextRun() throws Exception {
        try (NodeProcess node = start();
                McpClient client = client(node.awaitReady())) {
            assertThat(call(client, "count")).isEqualTo("1");
            assertThat(call(client, "count")).isEqualTo("2");
            assertThat(ResourceLevel.valueOf(call(client, "level"))).isNotNull();
            node.terminate();
            assertThat(node.exitCode()).isZero();
        }
        try (NodeProcess node = start();
                McpClient client = client(node.awaitReady())) {
            assertThat(call(client, "count")).isEqualTo("3");
        }
    }

    @Test
    void oneThatDoesNotStopIsLeftBehindAndNamed() throws Exception {
        try (NodeProcess node = start();
                McpClient client = client(node.awaitReady())) {
            assertThat(call(client, "stick")).isEqualTo("will not stop");
            node.terminate();
            assertThat(node.exitCode()).isZero();
            assertThat(node.err())
                    .contains(
                            "plugins/"
                                    + KeepingTools.class.getName()
                                    + " did not stop within PT1S: it is left behind");
        }
    }

    @Test
    @Requirement("andon.halt-api")
    void aHaltThatItOrdersHoldsOverAKillUntilAnOperatorResumesIt() throws Exception {
        try (NodeProcess node = start();
                McpClient client = client(node.awaitReady())) {
            assertThat(pull(client, "tools/echo").isError()).isFalse();
            isRefused(client, "echo", "tools/echo");
            node.close();
        }
        try (NodeProcess node = start()) {
            JsonObject ready = node.awaitReady();
            try (McpClient client = client(ready)) {
                isRefused(client, "echo", "tools/echo");
                assertThat(client.tools()).extracting(Tool::name).doesNotContain("echo");
                JsonObject halt = andon(ready, "status", "tools/echo").json().requireObject("halt");
                assertThat(halt.requireString("who"))
                        .isEqualTo("plugins/" + KeepingTools.class.getName());
                assertThat(halt.requireString("reason")).isEqualTo("seen by the plug-in itself");
                assertThat(andon(ready, "resume", "tools/echo").code())
                        .as("nobody has written down what happened")
                        .isEqualTo(1);
                assertThat(
                                andon(
                                                ready,
                                                "resume",
                                                "tools/echo",
                                                "--cause",
                                                "a test",
                                                "--fix",
                                                "none",
                                                "--prevention",
                                                "none")
                                        .code())
                        .isZero();
                assertThat(client.call("echo", JsonObject.of("text", "hi")).isError()).isFalse();
            }
        }
    }

    @Test
    void itCannotHaltWhatOperatorsResumeWith() throws Exception {
        try (NodeProcess node = start();
                McpClient client = client(node.awaitReady())) {
            CallToolResult refused = pull(client, "listeners/admin");
            assertThat(refused.isError()).isTrue();
            assertThat(text(refused))
                    .isEqualTo(
                            "listeners/admin cannot be halted: it is what operators resume with");
            assertThat(text(pull(client, "tools/forcast")))
                    .isEqualTo("tools/forcast cannot be halted: the node has no such component");
            assertThat(pull(client, "listeners/http").isError()).isFalse();
        }
    }
}
