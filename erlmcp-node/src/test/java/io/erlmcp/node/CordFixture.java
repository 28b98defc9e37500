package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.McpClient;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A node with a data folder, and the command on it. */
final class CordFixture {
    private final Path folder;

    CordFixture(Path folder) {
        this.folder = folder;
    }

    NodeProcess start() throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("tools.yaml"),
                        "plugins: ["
                                + TestTools.class.getName()
                                + ", io.erlmcp.builtin.BuiltinProvider]\n");
        return NodeProcess.start(
                Map.of("ERLMCP_DATA_DIR", data().toString()),
                "serve",
                "--port",
                "0",
                "--config",
                config.toString());
    }

    Path data() {
        return folder.resolve("data");
    }

    record Ran(int code, String out) {
        JsonObject json() {
            return Json.parseObject(out.strip());
        }
    }

    static Ran run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            int code = Main.run(words, print);
            return new Ran(code, out.toString(StandardCharsets.UTF_8));
        }
    }

    static Ran andon(JsonObject ready, String... words) {
        return run(
                java.util.stream.Stream.of(
                                List.of("andon"),
                                List.of(words),
                                List.of("--json", "--admin", ready.requireString("admin")))
                        .flatMap(List::stream)
                        .toArray(String[]::new));
    }

    static McpClient client(JsonObject ready) {
        return McpClient.builder(StreamableHttpClientTransport.to(ready.requireString("mcp")))
                .timeout(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS))
                .connect();
    }

    static void isRefused(McpClient client, String tool, String component) {
        isRefused(() -> client.call(tool, JsonObject.of("text", "x")), component);
    }

    static void isRefused(ThrowingCallable call, String component) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        McpException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(-31002);
                            assertThat(e.getMessage()).contains(component).doesNotContain("secret");
                            assertThat(((JsonObject) e.data()).requireString("component"))
                                    .isEqualTo(component);
                            assertThat(((JsonObject) e.data()).has("since")).isTrue();
                        });
    }
}
