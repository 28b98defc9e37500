package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import io.erlmcp.client.McpClient;
import io.erlmcp.config.ConfigLoader;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a running node answers to those who ask for its health: page by page, field by field. */
class HealthAnswersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ERRORS = 7;
    private static final List<String> HEALTH = List.of("/health", "/healthz");
    private static final List<String> READY = List.of("/ready", "/readyz");
    private static final List<String> ALIVE = List.of("/alive", "/livez", "/live");

    @RegisterExtension final SideThreads threads = new SideThreads();

    @TempDir Path folder = Path.of("");
    private final HttpClient http = HttpClient.newHttpClient();
    private @Nullable Node node;
    private String admin = "";
    private String mcp = "";

    @AfterEach
    void stop() {
        StandingChecks.go.countDown();
        if (node != null) {
            node.drain();
            node.close();
        }
        http.close();
    }

    private Node start(Map<String, String> more) throws Exception {
        Map<String, String> flags = new LinkedHashMap<>(more);
        flags.put("http.port", "0");
        flags.put("admin.port", "0");
        flags.put("data.dir", folder.resolve("data").toString());
        Path file =
                Files.writeString(
                        folder.resolve("erlmcp.yaml"),
                        "plugins: "
                                + JsonArray.of(
                                                TestTools.class.getName(),
                                                StandingChecks.class.getName(),
                                                "io.erlmcp.builtin.BuiltinProvider")
                                        .toJson());
        Node started = new Node(ConfigLoader.load(file, Map.of(), flags).config(), folder);
        node = started;
        started.start();
        admin = String.valueOf(started.adminUrl());
        mcp = String.valueOf(started.urls().get("mcp"));
        return started;
    }

    private HttpResponse<String> ask(String method, String url) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(PATIENCE)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private JsonObject health() throws Exception {
        return Json.parseObject(ask("GET", admin + "/health").body());
    }

    private long figure(String name) throws Exception {
        return health().requireInteger(name);
    }

    private McpClient client() {
        return McpClient.builder(StreamableHttpClientTransport.to(mcp)).timeout(PATIENCE).connect();
    }

    @Test
    @Requirement("health.http")
    void eachFigureIsWhatTheNodeDoesAtThatMoment() throws Exception {
        start(
                Map.of(
                        "limits.max_in_flight", "1",
                        "message_queue_config.max_wait", "1h"));
        assertThat(health().requireString("status")).isEqualTo("ok");
        connectionsAreThoseOfClients();
        queueDepthIsTheNumberOfCallsThatWait();
        errorsAndThroughputAreThoseOfTheLastMinute();
        pausesAndMemoryAreThoseOfThisProcess();
    }

    private void connectionsAreThoseOfClients() throws Exception {
        URI to = URI.create(mcp);
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                sockets.add(new Socket(to.getHost(), to.getPort()));
            }
            await().atMost(PATIENCE).until(() -> figure("connections") == 3);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        await().atMost(PATIENCE).until(() -> figure("connections") == 0);
    }

    private void queueDepthIsTheNumberOfCallsThatWait() throws Exception {
        assertThat(figure("queue_depth")).isZero();
        JsonObject until = JsonObject.of("file", folder.resolve("now").toString());
        for (int i = 0; i < 3; i++) {
            threads.run(
                    "caller " + i,
                    () -> {
                        try (McpClient client = client()) {
                            client.call("until", until);
                        }
                    });
        }
        await().atMost(PATIENCE).until(() -> figure("queue_depth") == 2);
        Files.createFile(folder.resolve("now"));
        await().atMost(PATIENCE).until(() -> figure("queue_depth") == 0);
    }

    private void errorsAndThroughputAreThoseOfTheLastMinute() throws Exception {
        try (McpClient client = client()) {
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                client.call("echo", JsonObject.of("text", "x"));
                                return figure("throughput_msg_sec") > 0;
                            });
            assertThat(figure("errors_1m")).isZero();
            for (int i = 0; i < ERRORS; i++) {
                assertThatThrownBy(() -> client.call("nobody has this", JsonObject.EMPTY))
                        .isInstanceOf(McpException.class);
            }
        }
        // a rate would pass by this number, and not stay there
        await().atMost(PATIENCE)
                .during(Duration.ofSeconds(3))
                .until(() -> figure("errors_1m") == ERRORS);
    }

    private void pausesAndMemoryAreThoseOfThisProcess() {
        System.gc();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(figure("gc_pause_ms")).isEqualTo(lastCollectionMillis()));
        Runtime jvm = Runtime.getRuntime();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            long before = jvm.totalMemory() - jvm.freeMemory();
                            long shown = figure("memory_mb");
                            long after = jvm.totalMemory() - jvm.freeMemory();
                            // no collection between the two, so it lies between them
                            assertThat(shown).isBetween(before >> 20, after >> 20);
                        });
    }

    private static long lastCollectionMillis() {
        return ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
                .map(GarbageCollectorMXBean::getLastGcInfo)
                .filter(it -> it != null)
                .max(Comparator.comparingLong(GcInfo::getEndTime))
                .orElseThrow()
                .getDuration();
    }

    @Test
    @Requirement({"health.http", "health.endpoints"})
    void everyNameOfAPageAnswersAsThePageOnBothPortsAndOnlyToReads() throws Exception {
        start(Map.of());
        for (String base : List.of(admin, mcp.replace("/mcp", ""))) {
            for (String path : HEALTH) {
                assertThat(Json.parseObject(ask("GET", base + path).body()).keys())
                        .as(base + path)
                        .contains("status", "connections", "queue_depth", "memory_mb")
                        .contains("gc_pause_ms", "throughput_msg_sec", "errors_1m", "score");
            }
            for (String path : READY) {
                answers(base + path, 200, "{\"status\":\"ready\"}");
            }
            for (String path : ALIVE) {
                answers(base + path, 200, "{\"status\":\"alive\"}");
            }
            for (String path : List.of("/health", "/readyz", "/live")) {
                HttpResponse<String> head = ask("HEAD", base + path);
                assertThat(head.statusCode()).isEqualTo(200);
                assertThat(head.body()).isEmpty();
                HttpResponse<String> post = ask("POST", base + path);
                assertThat(post.statusCode()).isEqualTo(405);
                assertThat(post.headers().firstValue("allow")).hasValue("GET, HEAD");
            }
        }
    }

    private void answers(String url, int status, String body) throws Exception {
        HttpResponse<String> answer = ask("GET", url);
        assertThat(answer.statusCode()).as(url).isEqualTo(status);
        assertThat(answer.body()).as(url).isEqualTo(body + "\n");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
    }

    @Test
    @Requirement("health.endpoints")
    void aNodeThatStopsIsAliveAndNotReadyAndSaysWhy() throws Exception {
        start(Map.of()).drain();
        String stops = "{\"status\":\"not ready\",\"reason\":\"the node is stopping\"}";
        for (String path : READY) {
            answers(admin + path, 503, stops);
        }
        for (String path : ALIVE) {
            answers(admin + path, 200, "{\"status\":\"alive\"}");
        }
        for (String path : HEALTH) {
            HttpResponse<String> answer = ask("GET", admin + path);
            JsonObject body = Json.parseObject(answer.body());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(body.requireString("status")).isEqualTo("not ready");
            assertThat(body.requireBool("ready")).isFalse();
            assertThat(body.requireString("reason")).isEqualTo("the node is stopping");
            assertThat(body.has("errors_1m")).isTrue();
        }
    }

    @Test
    @Requirement({"health.http", "health.under-load"})
    void everyPageAnswersWhileACheckStandsStillAndNoneOfThemRunsIt() throws Exception {
        start(Map.of("health_check_interval", "100ms"));
        await().atMost(PATIENCE).until(() -> StandingChecks.BEGUN.get() == 1);
        for (int i = 0; i < 20; i++) {
            allPagesAnswer(admin);
            allPagesAnswer(mcp.replace("/mcp", ""));
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(ask("GET", admin + "/health?component=standing").body())
                                        .contains("\"status\":\"unhealthy\""));
        assertThat(StandingChecks.BEGUN).hasValue(1);
        assertThat(StandingChecks.ENDED).hasValue(0);
    }

    private void allPagesAnswer(String base) throws Exception {
        for (List<String> pages : List.of(HEALTH, READY, ALIVE)) {
            for (String path : pages) {
                assertThat(ask("GET", base + path).statusCode()).as(base + path).isEqualTo(200);
            }
        }
    }
}
