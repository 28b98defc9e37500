package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.config.ConfigLoader;
import io.erlmcp.connect.Options;
import io.erlmcp.connect.Target;
import io.erlmcp.guardian.Resource;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.ComponentState;
import io.erlmcp.supervision.ComponentStatus;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole node that holds back, by every way in. */
class NodeHoldsBackTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;
    private Node node;

    private void start(Map<String, String> more) throws Exception {
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("http.port", "0");
        flags.put("admin.port", "0");
        flags.put("tcp.enabled", "true");
        flags.put("tcp.port", "0");
        flags.put("tcp.socket", folder.resolve("s").toString());
        flags.put("data.dir", folder.resolve("data").toString());
        flags.putAll(more);
        node = new Node(ConfigLoader.load(null, Map.of(), flags).config(), folder);
        node.start();
    }

    @AfterEach
    void stop() {
        node.drain();
        node.close();
    }

    private McpClient client(String name, EraChoice era) {
        return McpClient.builder(
                        Target.url(node.urls().getOrDefault(name, "")).transport(Options.NONE))
                .era(era)
                .timeout(PATIENCE)
                .connect();
    }

    private static void echo(McpClient client) {
        assertThat(client.call("echo", JsonObject.of("text", "x")).isError()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "mcp, LEGACY",
        "mcp, MODERN",
        "ws, LEGACY",
        "ws, MODERN",
        "sse, LEGACY",
        "tcp, LEGACY",
        "tcp, MODERN",
        "unix, LEGACY",
        "unix, MODERN"
    })
    @Requirement({"degradation.points", "degradation.actions", "guardian.degrade-action"})
    void whoIsThereGoesOnAndNobodyElseIsLetIn(String name, EraChoice era) throws Exception {
        // no look comes in between that would say that nothing is short
        start(Map.of("resource_limits.check_interval", "10m"));
        try (McpClient there = client(name, era)) {
            echo(there);
            node.guardian().degrade(Resource.MEMORY, "a test");
            echo(there);
            assertThatThrownBy(() -> client(name, era).close())
                    .isInstanceOf(RuntimeException.class);
            echo(there);
        }
    }

    @Test
    @Requirement({"guardian.measure", "guardian.metrics", "guardian.degrade-action"})
    void connectionsThatAreAllTakenAreMeasuredShownAndLetGoWithNothingElseHeldBack()
            throws Exception {
        start(
                Map.of(
                        "resource_limits.check_interval", "50ms",
                        "health_check_interval", "100ms",
                        "http.max_connections", "2",
                        "tcp.max_connections", "1"));
        try (McpClient one = client("tcp", EraChoice.LEGACY);
                McpClient two = client("unix", EraChoice.LEGACY);
                McpClient three = client("ws", EraChoice.LEGACY)) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(percent()).isEqualTo(75));
            assertThat(node.guardian().isDegraded(Resource.CONNECTIONS)).isFalse();
            try (McpClient four = client("ws", EraChoice.LEGACY)) {
                await().atMost(PATIENCE)
                        .until(() -> node.guardian().isDegraded(Resource.CONNECTIONS));
                assertThat(node.guardian().percent()).as("of their limits").isEqualTo(100);
                echo(one);
                echo(two);
                echo(three);
                echo(four);
                assertThat(get("/metrics"))
                        .contains(
                                "erlmcp_resource_usage_percent{resource=\"connections\"} 100.0",
                                "erlmcp_degradation_active{resource=\"connections\"} 1.0",
                                "erlmcp_degradations_total{resource=\"connections\"} 1.0");
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () ->
                                        assertThat(get("/health"))
                                                .contains("connections at 100.0 % of its limit"));
            }
            await().atMost(PATIENCE).until(() -> !node.guardian().isDegraded(Resource.CONNECTIONS));
        }
    }

    private double percent() {
        var reading = node.guardian().usage().get(Resource.CONNECTIONS);
        return reading == null ? 0 : reading.percent();
    }

    @Test
    @Requirement({"strategist.steps", "recovery.strategist-use", "degradation.exit"})
    void aListenerThatFailsForWantOfDescriptorsHasTheNodeHoldBackUntilThereAreEnough()
            throws Exception {
        start(Map.of("resource_limits.check_interval", "2s"));
        ComponentId tcp = ComponentId.of("listeners", "tcp");
        node.tree().root().fail(tcp, new IOException("Too many open files"));
        await().atMost(PATIENCE).until(() -> node.guardian().percent() < 100);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(get("/metrics"))
                                        .contains(
                                                "erlmcp_degradations_total{resource=\"fd\"} 1.0"));
        await().atMost(PATIENCE).until(() -> node.guardian().percent() == 100);
        assertThat(node.guardian().isDegraded(Resource.FD)).isFalse();
        await().atMost(PATIENCE).until(() -> status(tcp) == ComponentStatus.RUNNING);
        try (McpClient client = client("tcp", EraChoice.LEGACY)) {
            echo(client);
        }
    }

    private ComponentStatus status(ComponentId component) {
        return node.tree().states().stream()
                .flatMap(ComponentState::all)
                .filter(it -> it.id().equals(component))
                .findFirst()
                .orElseThrow()
                .status();
    }

    private String get(String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(node.adminUrl() + path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
