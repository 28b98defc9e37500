package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.andon.Analysis;
import io.erlmcp.client.McpClient;
import io.erlmcp.config.ConfigLoader;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.ChildSpec;
import io.erlmcp.supervision.ComponentState;
import io.erlmcp.supervision.ComponentStatus;
import io.erlmcp.supervision.Failure;
import io.erlmcp.supervision.SupervisorSpec;
import io.erlmcp.tcp.SocketClientConfig;
import io.erlmcp.tcp.SocketTransport;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ClientTransport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tree of a node that serves everything, and a crash of each of its children. */
@Requirement("sup.tree")
class NodeTreeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;
    private Node node;

    @BeforeEach
    void start() throws Exception {
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("http.port", "0");
        flags.put("admin.port", "0");
        flags.put("tcp.enabled", "true");
        flags.put("tcp.port", "0");
        flags.put("tcp.socket", folder.resolve("s").toString());
        flags.put("data.dir", folder.resolve("data").toString());
        Path file = folder.resolve("erlmcp.yaml");
        Files.writeString(file, "upstreams:\n  example:\n    command: [\"sleep\", \"1000\"]\n");
        node = new Node(ConfigLoader.load(file, Map.of(), flags).config(), folder);
        node.start();
    }

    @AfterEach
    void stop() {
        node.drain();
        node.close();
    }

    @Test
    @Requirement("health.checks")
    void moreUpstreamServersThanCanBeWatchedAreRefusedByName() throws Exception {
        StringBuilder yaml = new StringBuilder("upstreams:\n");
        for (int i = 0; i < 1_000; i++) {
            yaml.append("  s").append(i).append(": {command: [\"sleep\", \"1000\"]}\n");
        }
        Path file = folder.resolve("many.yaml");
        Files.writeString(file, yaml);
        Map<String, String> flags =
                Map.of(
                        "http.port", "0",
                        "admin.port", "0",
                        "data.dir", folder.resolve("other").toString());
        Node many = new Node(ConfigLoader.load(file, Map.of(), flags).config(), folder);
        try {
            assertThatThrownBy(many::start)
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("upstreams: upstreams/s9")
                    .hasMessageContaining("1000 health checks");
        } finally {
            many.close();
        }
    }

    private ComponentState state(String path) {
        return node.tree().states().stream()
                .flatMap(ComponentState::all)
                .filter(it -> it.id().path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private boolean runsAgain(String path) {
        return state(path).restarts() == 1 && state(path).status() == ComponentStatus.RUNNING;
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "tcp", "unix"})
    @Requirement("sup.restart-time")
    void aListenerThatDiesServesOnTheSamePortAgain(String name) throws Exception {
        String url = node.urls().get(name.equals("http") ? "mcp" : name);
        call(url);
        node.tree().root().fail(ComponentId.of("listeners", name), new IOException("a test"));
        await().atMost(PATIENCE).until(() -> runsAgain("listeners/" + name));
        assertThat(node.urls().get(name.equals("http") ? "mcp" : name)).isEqualTo(url);
        call(url);
        assertThat(state("listeners").restarts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"health", "guardian", "rates", "receipts"})
    @Requirement({"sup.isolation", "sup.restart-time"})
    void whatWatchesAndDiesWatchesAgainWhileTheNodeServes(String name) {
        ComponentId component = ComponentId.of("watch", name);
        node.tree().root().fail(component, new IOException("a test"));
        call(node.urls().get("mcp"));
        await().atMost(PATIENCE).until(() -> runsAgain(component.path()));
        call(node.urls().get("mcp"));
        assertThat(state("watch").restarts()).isZero();
        assertThat(state("listeners/http").restarts()).isZero();
    }

    @Test
    @Requirement({"sup.isolation", "sup.restart-time"})
    void theThreadOfTheGuardianThatEndsIsReplacedWithinASecond() {
        Thread before = guardian();
        before.interrupt();
        await().atMost(PATIENCE).until(() -> runsAgain("watch/guardian"));
        assertThat(guardian()).isNotSameAs(before);
        ComponentState now = state("watch/guardian");
        Failure failure = Objects.requireNonNull(now.lastFailure());
        assertThat(failure.cause()).hasMessage("its thread has ended");
        assertThat(Duration.between(failure.at(), now.since())).isLessThan(Duration.ofSeconds(1));
        call(node.urls().get("mcp"));
    }

    private static Thread guardian() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(it -> it.getName().equals("guardian") && it.isAlive())
                .findFirst()
                .orElseThrow();
    }

    private static void call(String url) {
        ClientTransport transport =
                url.startsWith("http")
                        ? StreamableHttpClientTransport.to(url)
                        : new SocketTransport(SocketClientConfig.of(URI.create(url)));
        try (McpClient client = McpClient.builder(transport).timeout(PATIENCE).connect()) {
            assertThat(client.call("echo", JsonObject.of("text", "x")).isError()).isFalse();
        }
    }

    @Test
    void theOperatorsListenerThatDiesShowsTheTreeAgain() throws Exception {
        String url = node.adminUrl();
        node.tree().root().fail(ComponentId.of("listeners/admin"), new IOException("a test"));
        await().atMost(PATIENCE).until(() -> runsAgain("listeners/admin"));
        assertThat(node.adminUrl()).isEqualTo(url);
        assertThat(get(url + "/components"))
                .contains(
                        "\"id\":\"listeners/admin\"",
                        "\"failure\":\"java.io.IOException: a test\"");
        assertThat(get(url + "/metrics"))
                .contains("erlmcp_component_failures_total{component=\"listeners/admin\"} 1.0");
    }

    private static String get(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(url)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    @Requirement({"sup.strategy", "sup.halt-aware", "recovery.halt-after"})
    void theSixthCrashWithinAMinuteHaltsAListenerUntilAnOperatorResumesIt() {
        ComponentId tcp = ComponentId.of("listeners/tcp");
        for (int crash = 1; crash <= 6; crash++) {
            int restarts = Math.min(crash, 5);
            ComponentStatus expected =
                    crash == 6 ? ComponentStatus.HALTED : ComponentStatus.RUNNING;
            node.tree().root().fail(tcp, new IOException("crash " + crash));
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    state(tcp.path()).restarts() == restarts
                                            && state(tcp.path()).status() == expected);
        }
        call(node.urls().get("mcp"));
        await().atMost(PATIENCE).until(() -> node.andon().isHalted(tcp));
        node.tree().root().start(tcp);
        assertThat(state(tcp.path()).status()).isEqualTo(ComponentStatus.HALTED);
        node.andon().resume(tcp, new Analysis("a test", "it is over", "none"), false, "a test");
        await().atMost(PATIENCE).until(() -> state(tcp.path()).status() == ComponentStatus.RUNNING);
        call(node.urls().get("tcp"));
    }

    @Test
    void theTreeIsTheOneInTheDocuments() throws IOException {
        StringBuilder text = new StringBuilder("node\n");
        SupervisorSpec spec = node.tree().root().spec();
        print(spec, "  ", text);
        Path golden =
                Path.of(System.getProperty("repository.root", ".."), "docs/supervision-tree.txt");
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(golden, text);
        }
        assertThat(text.toString()).isEqualTo(Files.readString(golden));
    }

    private static void print(SupervisorSpec spec, String indent, StringBuilder text) {
        text.append(indent)
                .append(
                        "# %s, %d restarts in %d s%n"
                                .formatted(
                                        spec.strategy().name().toLowerCase(Locale.ROOT),
                                        spec.intensity().restarts(),
                                        spec.intensity().period().toSeconds()));
        for (ChildSpec child : spec.children()) {
            text.append(indent).append(child.name());
            SupervisorSpec below = child.supervisor();
            if (below != null) {
                text.append('\n');
                print(below, indent + "  ", text);
            } else {
                text.append(
                        "  %s, start %d s, stop %d s%n"
                                .formatted(
                                        child.restart().name().toLowerCase(Locale.ROOT),
                                        child.startTimeout().toSeconds(),
                                        child.stopTimeout().toSeconds()));
            }
        }
    }
}
