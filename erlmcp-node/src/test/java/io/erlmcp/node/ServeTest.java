package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.McpClient;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServeTest {
    private static final String LISTEN =
            """
            {"jsonrpc":"2.0","id":"stream","method":"subscriptions/listen","params":{
              "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
                "io.modelcontextprotocol/clientCapabilities":{}},
              "notifications":{"toolsListChanged":true}}}
            """;

    private static final String GUARDIAN =
            "[-0-9T:.]+Z (INFO \\[guardian] events: virtual threads"
                    + "|INFO \\[receipts] audit: receipt [0-9]+: guardian\\.).*";
    private static final Duration PATIENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);

    @RegisterExtension final SideThreads threads = new SideThreads();

    @TempDir Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void theReadyLineNamesWhatIsServedAndToolsAnswer() throws Exception {
        try (NodeProcess node = NodeProcess.start("serve", "--port", "0")) {
            JsonObject ready = node.awaitReady();

            assertThat(ready.requireString("mcp")).matches("http://127\\.0\\.0\\.1:[0-9]+/mcp");
            assertThat(ready.requireString("admin")).matches("http://127\\.0\\.0\\.1:[0-9]+");
            assertThat(ready.requireInteger("pid")).isEqualTo(node.process().pid());
            assertThat(ready.requireString("mcp")).doesNotContain(":0/").doesNotContain(":8080");
            try (McpClient client = client(ready)) {
                assertThat(client.call("echo", JsonObject.of("text", "hello")).content())
                        .isEqualTo(CallToolResult.text("hello").content());
            }
        }
    }

    @Test
    void healthPagesAnswerOnBothPortsUnderAllTheirNames() throws Exception {
        try (NodeProcess node = NodeProcess.start("serve", "--port", "0")) {
            JsonObject ready = node.awaitReady();
            String mcp = ready.requireString("mcp").replace("/mcp", "");
            for (String base : new String[] {mcp, ready.requireString("admin")}) {
                for (String path :
                        new String[] {
                            "/health", "/healthz", "/ready", "/readyz", "/alive", "/livez", "/live"
                        }) {
                    assertThat(get(base + path).statusCode()).as(base + path).isEqualTo(200);
                }
            }
            JsonObject health = Json.parseObject(get(mcp + "/health").body());
            assertThat(health.requireString("status")).isEqualTo("ok");
            assertThat(health.has("connections")).isTrue();
            assertThat(get(mcp + "/metrics").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void metricsCountWhatWasCalled() throws Exception {
        try (NodeProcess node = NodeProcess.start("serve", "--port", "0")) {
            JsonObject ready = node.awaitReady();
            try (McpClient client = client(ready)) {
                client.call("echo", JsonObject.of("text", "hello"));
            }

            String metrics = get(ready.requireString("admin") + "/metrics").body();

            assertThat(metrics)
                    .contains("erlmcp_tool_calls_seconds_count{outcome=\"ok\",tool=\"echo\"} 1")
                    .contains("erlmcp_ready 1.0")
                    .contains("jvm_memory_used_bytes");
        }
    }

    @Test
    @Requirement("R19")
    void sigtermTurnsReadyOffFinishesTheCallAndEndsWithZero() throws Exception {
        try (NodeProcess node =
                NodeProcess.start("serve", "--port", "0", "--config", testTools().toString())) {
            JsonObject ready = node.awaitReady();
            Path now = folder.resolve("now");
            JsonObject until = JsonObject.of("file", now.toString());
            try (McpClient client = client(ready)) {
                FutureTask<List<ContentBlock>> result =
                        threads.call("caller", () -> client.call("until", until).content());
                node.awaitErrLine("waiting");

                node.terminate();

                Awaitility.await()
                        .atMost(PATIENCE)
                        .untilAsserted(
                                () -> {
                                    HttpResponse<String> page =
                                            get(ready.requireString("admin") + "/ready");
                                    assertThat(page.statusCode()).isEqualTo(503);
                                    assertThat(page.body()).contains("the node is stopping");
                                });
                Awaitility.await()
                        .atMost(PATIENCE)
                        .untilAsserted(
                                () ->
                                        assertThatThrownBy(() -> connect(ready))
                                                .isInstanceOf(ConnectException.class));

                Files.createFile(now);

                assertThat(result.get()).isEqualTo(CallToolResult.text("waited").content());
                long answered = System.nanoTime();
                assertThat(node.exitCode()).isZero();
                assertThat(System.nanoTime() - answered).isLessThan(2_000_000_000L);
            }
        }
    }

    @Test
    void aCallThatOutlivesTheDrainTimeIsCutAndTheNodeStillEndsWithZero() throws Exception {
        Map<String, String> impatient =
                Map.of("ERLMCP_DRAIN_TIMEOUT", "300ms", "ERLMCP_DRAIN_HALTING", "300ms");
        try (NodeProcess node =
                NodeProcess.start(
                        impatient, "serve", "--port", "0", "--config", testTools().toString())) {
            try (McpClient client = client(node.awaitReady())) {
                client.start("wait", JsonObject.of("ms", 60_000));
                node.awaitErrLine("waiting");

                node.terminate();

                long asked = System.nanoTime();
                assertThat(node.exitCode()).isZero();
                assertThat(System.nanoTime() - asked).isLessThan(10_000_000_000L);
            }
        }
    }

    @Test
    void aSecondSigtermDoesNotWait() throws Exception {
        try (NodeProcess node =
                NodeProcess.start("serve", "--port", "0", "--config", testTools().toString())) {
            JsonObject ready = node.awaitReady();
            try (McpClient client = client(ready)) {
                client.start("wait", JsonObject.of("ms", 60_000));
                node.awaitErrLine("waiting");
                node.terminate();
                Awaitility.await()
                        .atMost(PATIENCE)
                        .untilAsserted(
                                () ->
                                        assertThat(
                                                        get(ready.requireString("admin") + "/ready")
                                                                .statusCode())
                                                .isEqualTo(503));

                node.terminate();

                assertThat(node.exitCode()).isEqualTo(1);
            }
        }
    }

    @Test
    @Requirement("R13")
    void sigtermEndsOpenListenStreamsWithTheirResult() throws Exception {
        try (NodeProcess node = NodeProcess.start("serve", "--port", "0")) {
            JsonObject ready = node.awaitReady();
            HttpRequest listen =
                    HttpRequest.newBuilder(URI.create(ready.requireString("mcp")))
                            .header("content-type", "application/json")
                            .header("accept", "application/json, text/event-stream")
                            .header("mcp-protocol-version", "2026-07-28")
                            .header("mcp-method", "subscriptions/listen")
                            .POST(HttpRequest.BodyPublishers.ofString(LISTEN))
                            .build();
            HttpResponse<Stream<String>> response =
                    http.send(listen, HttpResponse.BodyHandlers.ofLines());
            Iterator<String> lines =
                    response.body().filter(line -> line.startsWith("data: ")).iterator();
            assertThat(lines.next()).contains("notifications/subscriptions/acknowledged");

            node.terminate();

            assertThat(lines.next()).contains("\"id\":\"stream\"", "\"result\":");
            assertThat(lines.hasNext()).isFalse();
            assertThat(node.exitCode()).isZero();
        }
    }

    @Test
    void aPortInUseIsOneClearLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                NodeProcess node =
                        NodeProcess.start(
                                "serve",
                                "--port",
                                "" + taken.getLocalPort(),
                                "--admin-port",
                                "0")) {
            assertThat(node.exitCode()).isEqualTo(1);
            assertThat(said(node))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "erlmcp: http.port: cannot listen on 127.0.0.1:"
                                    + taken.getLocalPort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    @Requirement("security.browser")
    void aPublicAddressWithoutAuthenticationIsRefused(String host) {
        try (NodeProcess node = NodeProcess.start("serve", "--port", "0", "--host", host)) {
            assertThat(node.exitCode()).isEqualTo(1);
            assertThat(node.err())
                    .contains("http.host: \"" + host + "\" can be reached from other machines")
                    .contains("security.allow_public_bind_without_authentication");
        }
    }

    @Test
    @Requirement("security.browser")
    void aPublicAddressIsServedWhenToldSoInSoManyWords() {
        try (NodeProcess node =
                NodeProcess.start(
                        Map.of("ERLMCP_SECURITY_ALLOW_PUBLIC_BIND_WITHOUT_AUTHENTICATION", "true"),
                        "serve",
                        "--port",
                        "0",
                        "--host",
                        "0.0.0.0")) {
            assertThat(node.awaitReady().has("mcp")).isTrue();
        }
    }

    @Test
    void whatIsWrongInTheConfigurationIsUsage() throws IOException {
        Path file = Files.writeString(folder.resolve("erlmcp.yaml"), "htpp: {port: 1}");
        try (NodeProcess node = NodeProcess.start("serve", "--config", file.toString())) {
            assertThat(node.exitCode()).isEqualTo(2);
            assertThat(node.err()).contains("htpp: no such key; did you mean http?");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no.such.Provider", "missing.jar", "java.lang.Object"})
    void aPluginThatCannotBeLoadedIsNamed(String plugin) throws IOException {
        Path file = Files.writeString(folder.resolve("erlmcp.yaml"), "plugins: [" + plugin + "]");
        try (NodeProcess node =
                NodeProcess.start("serve", "--port", "0", "--config", file.toString())) {
            assertThat(node.exitCode()).isEqualTo(1);
            assertThat(said(node))
                    .singleElement()
                    .asString()
                    .contains("plugins: ")
                    .contains(plugin);
        }
    }

    /** But for what the guardian tells of a machine that is too slow for its threads. */
    private static List<String> said(NodeProcess node) {
        return node.err().lines().filter(line -> !line.matches(GUARDIAN)).toList();
    }

    private Path testTools() throws IOException {
        return Files.writeString(
                folder.resolve("tools.yaml"), "plugins: [" + TestTools.class.getName() + "]\n");
    }

    private static McpClient client(JsonObject ready) {
        return McpClient.builder(StreamableHttpClientTransport.to(ready.requireString("mcp")))
                .timeout(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS))
                .connect();
    }

    /** By a connection of its own, whatever the client keeps. */
    private static void connect(JsonObject ready) throws IOException {
        new Socket("127.0.0.1", URI.create(ready.requireString("mcp")).getPort()).close();
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
