package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.config.ConfigLoader;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upstream server that needs another, behind a running node. */
class UpstreamNeedsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);

    @TempDir Path folder = Path.of("");
    private final McpServer far = McpServer.builder("far", "1").build();
    private @Nullable HttpServer listener;
    private @Nullable Node node;

    @AfterEach
    void stop() {
        if (node != null) {
            node.drain();
            node.close();
        }
        if (listener != null) {
            listener.close(Duration.ofSeconds(1));
        }
        far.close();
    }

    /** Starts a node with these upstream servers; the operators' URL. */
    private String start(String upstreams) throws Exception {
        Path file = Files.writeString(folder.resolve("erlmcp.yaml"), upstreams);
        Map<String, String> flags =
                Map.of(
                        "http.port", "0",
                        "admin.port", "0",
                        "health_check_interval", "100ms",
                        "data.dir", folder.resolve("data").toString());
        Node started = new Node(ConfigLoader.load(file, Map.of(), flags).config(), folder);
        node = started;
        started.start();
        return String.valueOf(started.adminUrl());
    }

    /** A node with the built-in tools over stdio, as a command in the configuration. */
    private static String server() {
        List<String> command = new ArrayList<>(NodeProcess.command());
        command.addAll(List.of("serve", "--stdio"));
        return JsonArray.of(command.toArray()).toJson();
    }

    private static JsonObject upstream(String admin, String name) {
        JsonArray all =
                run("upstreams", "--json", "--admin", admin).json().requireArray("upstreams");
        return component(all, name);
    }

    private static JsonObject health(String admin, String name) {
        return run("health", "upstreams/" + name, "--json", "--admin", admin).json();
    }

    private static JsonObject component(JsonArray all, String name) {
        for (JsonValue each : all) {
            JsonObject it = (JsonObject) each;
            if (it.requireString("component").equals("upstreams/" + name)) {
                return it;
            }
        }
        throw new AssertionError("no upstreams/" + name + " in " + all.toJson());
    }

    private static boolean isUp(String admin, String name) {
        return upstream(admin, name).requireString("state").equals("up");
    }

    @Test
    @Requirement({"health.propagation", "upstream.isolated"})
    void whatIsNeededAndDeadHoldsUpNobodyAndWhatNeedsItIsDegraded() throws Exception {
        String admin =
                start(
                        """
                        upstreams:
                          web: {command: %s, era: legacy, always_prefix: true, needs: [db]}
                          db: {command: ["sleep", "1000"], connect_timeout: 300ms, max_restarts: 0}
                        """
                                .formatted(server()));

        await().atMost(PATIENCE).until(() -> isUp(admin, "web"));
        assertThat(upstream(admin, "db").requireString("state")).isEqualTo("down");
        assertThat(upstream(admin, "web").requireArray("needs").toJson())
                .isEqualTo("[\"upstreams/db\"]");
        assertThat(upstream(admin, "db").has("needs")).isFalse();
        assertThat(run("upstreams", "--admin", admin).out()).contains("    needs db");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(health(admin, "db").requireString("status"))
                                    .isEqualTo("unhealthy");
                            assertThat(health(admin, "web").requireString("status"))
                                    .isEqualTo("degraded");
                        });
        assertThat(health(admin, "web").requireString("own")).isEqualTo("healthy");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(run("recovery", "upstreams/db", "--admin", admin).out())
                                        .contains("does not work without it: upstreams/web"));
    }

    @Test
    @Requirement({"strategist.cascade", "health.alert-threshold"})
    void whatFailsRightAfterALostServerOnANetworkIsACascadeWithThatAsItsRoot() throws Exception {
        HttpServer there =
                HttpServer.start(
                        HttpServerConfig.defaults().withPort(0),
                        List.of(new HttpRoute("/mcp", far.endpoint()::handle)));
        listener = there;
        String admin =
                start(
                        """
                        upstreams:
                          near: {command: %s, era: legacy, always_prefix: true, needs: [far]}
                          far:
                            url: "http://127.0.0.1:%d/mcp"
                            ping_interval: 100ms
                            ping_timeout: 500ms
                            max_missed_pings: 1
                        """
                                .formatted(server(), there.port()));
        await().atMost(PATIENCE).until(() -> isUp(admin, "near") && isUp(admin, "far"));
        long pid = upstream(admin, "near").requireInteger("pid");

        there.close(Duration.ZERO);
        await().atMost(PATIENCE).until(() -> !isUp(admin, "far"));
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();

        await().atMost(PATIENCE)
                .until(() -> run("recovery", "upstreams/near", "--admin", admin).code() == 0);
        JsonObject near = run("recovery", "upstreams/near", "--json", "--admin", admin).json();
        assertThat(near.requireString("class")).isEqualTo("cascade");
        assertThat(near.requireString("root")).isEqualTo("upstreams/far");
        await().atMost(PATIENCE)
                .until(() -> health(admin, "far").requireString("status").equals("unhealthy"));
        itTurnedWithTheThirdBadFindingInARow(health(admin, "far"));
    }

    private static void itTurnedWithTheThirdBadFindingInARow(JsonObject far) {
        List<JsonObject> history = new ArrayList<>();
        far.requireArray("history").forEach(it -> history.add((JsonObject) it));
        int first = 0;
        while (!history.get(first).requireString("status").equals("unhealthy")) {
            first++;
        }
        assertThat(first).as("it was healthy before").isPositive();
        assertThat(history.subList(first, first + 3))
                .allSatisfy(it -> assertThat(it.requireString("status")).isEqualTo("unhealthy"));
        assertThat(far.requireString("since"))
                .isEqualTo(history.get(first + 2).requireString("at"));
    }
}
