package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.andon;
import static io.erlmcp.node.CordFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.McpClient;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server on a network that is lost, and comes back. */
class RemoteRecoveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);
    private static final String FAR = "upstreams/far";

    /** One more than those after which a child is halted. */
    private static final int FAILURES = 7;

    @TempDir Path folder;
    private final McpServer far = McpServer.builder("far", "1").build();
    private HttpServer listener = listen(0);

    private HttpServer listen(int port) {
        return HttpServer.start(
                HttpServerConfig.defaults().withPort(port),
                List.of(new HttpRoute("/mcp", far.endpoint()::handle)));
    }

    @AfterEach
    void close() {
        listener.close(Duration.ZERO);
        far.close();
    }

    private NodeProcess start() throws IOException {
        far.tools().add(ToolSpec.of("pay", (arguments, call) -> CallToolResult.text("paid")));
        Path config =
                Files.writeString(
                        folder.resolve("erlmcp.yaml"),
                        """
                        data: {dir: "%s"}
                        upstreams:
                          far:
                            url: "http://127.0.0.1:%d/mcp"
                            always_prefix: true
                            ping_interval: 100ms
                            ping_timeout: 2s
                            max_missed_pings: 1
                            max_restart_pause: 1s
                        """
                                .formatted(folder.resolve("data"), listener.port()));
        return NodeProcess.start("serve", "--port", "0", "--config", config.toString());
    }

    private static boolean isUp(JsonObject ready) {
        return run("upstreams", "--admin", ready.requireString("admin")).code() == 0;
    }

    private static JsonObject known(JsonObject ready) {
        String out = run("recovery", FAR, "--json", "--admin", ready.requireString("admin")).out();
        return out.isBlank() ? JsonObject.EMPTY : io.erlmcp.json.Json.parseObject(out.strip());
    }

    @Test
    @Requirement({"recovery.manager", "recovery.strategist-use", "upstream.restart"})
    void itsLossIsAFailureWithAClassAndAPlanAndItIsConnectedToAgainForEver() throws Exception {
        try (NodeProcess node = start()) {
            JsonObject ready = node.awaitReady();
            await().atMost(PATIENCE).until(() -> isUp(ready));
            assertThat(known(ready).keys()).as("nothing has failed").isEmpty();
            int port = listener.port();

            listener.close(Duration.ZERO);

            await().atMost(PATIENCE)
                    .until(() -> known(ready).integer("failures").orElse(0L) >= FAILURES);
            JsonObject lost = known(ready);
            assertThat(lost.requireString("class")).isEqualTo("persistent");
            assertThat(lost.requireString("condition")).isEqualTo("degraded");
            assertThat(lost.requireObject("plan").requireArray("steps").toJson())
                    .contains("degrade", "notify");
            assertThat(lost.requireArray("decisions").toJson())
                    .contains("restart after", "failed_again");
            assertThat(andon(ready, "status", FAR).json().requireString("state"))
                    .as("it is not halted because the network is down")
                    .isEqualTo("normal");
            String receipts =
                    run("receipts", "export", "--admin", ready.requireString("admin")).out();
            assertThat(receipts).contains("\"action\":\"recovery.decide\",\"component\":\"" + FAR);

            listener = listen(port);

            await().atMost(PATIENCE).until(() -> isUp(ready));
            try (McpClient client = CordFixture.client(ready)) {
                assertThat(client.call("far_pay", JsonObject.EMPTY).isError()).isFalse();
            }
        }
    }
}
