package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requirement("transport.stdio")
class StdioTest {
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{"
                    + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                    + "\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";
    private static final String INITIALIZED =
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

    @TempDir Path folder;

    @Test
    void theEndOfInputIsACleanExit() throws IOException {
        try (NodeProcess node = NodeProcess.start("serve", "--stdio")) {
            assertThat(node.awaitReady().has("mcp")).isFalse();
            node.process().outputWriter().close();

            assertThat(node.exitCode()).isZero();
            assertThat(node.out()).isEmpty();
        }
    }

    @Test
    void nothingButMcpIsOnStandardOutputWhateverToolsPrint() throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("tools.yaml"),
                        "plugins: [" + TestTools.class.getName() + "]\n");
        try (NodeProcess node =
                NodeProcess.start(
                        "serve",
                        "--stdio",
                        "--log-level",
                        "debug",
                        "--config",
                        config.toString())) {
            BufferedWriter to = node.process().outputWriter();
            BufferedReader from = node.process().inputReader();
            send(to, INITIALIZE);
            JsonObject hello = Json.parseObject(from.readLine());
            send(to, INITIALIZED);
            send(to, call(2, "print", "{}"));
            JsonObject printed = Json.parseObject(from.readLine());
            to.close();

            assertThat(hello.requireObject("result").requireString("protocolVersion"))
                    .isEqualTo("2025-11-25");
            assertThat(printed.toJson()).contains("printed, read -1");
            assertThat(from.readLine()).isNull();
            assertThat(node.exitCode()).isZero();
            assertThat(node.err())
                    .contains("a tool that prints")
                    .contains("a provider that prints");
        }
    }

    @Test
    @Requirement("R19")
    void sigtermLetsTheCallFinishAndEndsWithZero() throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("tools.yaml"),
                        "plugins: [" + TestTools.class.getName() + "]\n");
        try (NodeProcess node =
                NodeProcess.start("serve", "--stdio", "--config", config.toString())) {
            BufferedWriter to = node.process().outputWriter();
            BufferedReader from = node.process().inputReader();
            send(to, INITIALIZE);
            from.readLine();
            send(to, INITIALIZED);
            send(to, call(2, "wait", "{\"ms\":1000}"));
            node.awaitErrLine("waiting");

            node.terminate();

            assertThat(from.readLine()).contains("waited");
            assertThat(from.readLine()).isNull();
            assertThat(node.exitCode()).isZero();
        }
    }

    @Test
    void portsAreOpenedOnlyWhenAskedFor() {
        try (NodeProcess node = NodeProcess.start("serve", "--stdio", "--port", "0")) {
            JsonObject ready = node.awaitReady();

            assertThat(ready.has("mcp")).isTrue();
            assertThat(ready.has("admin")).isFalse();
        }
    }

    private static String call(int id, String tool, String arguments) {
        return "{\"jsonrpc\":\"2.0\",\"id\":"
                + id
                + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
                + tool
                + "\",\"arguments\":"
                + arguments
                + "}}";
    }

    private static void send(BufferedWriter to, String message) throws IOException {
        to.write(message);
        to.write('\n');
        to.flush();
    }
}
