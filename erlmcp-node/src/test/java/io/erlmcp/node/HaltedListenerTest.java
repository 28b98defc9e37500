package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.andon;
import static io.erlmcp.node.CordFixture.isRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.McpClient;
import io.erlmcp.connect.Options;
import io.erlmcp.connect.Target;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The halt of a listener while calls that came through it are in progress. */
class HaltedListenerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);

    @RegisterExtension final SideThreads threads = new SideThreads();

    @TempDir Path folder;

    private NodeProcess start() throws IOException {
        Path config =
                Files.writeString(
                        folder.resolve("erlmcp.yaml"),
                        "plugins: ["
                                + TestTools.class.getName()
                                + ", io.erlmcp.builtin.BuiltinProvider]\n");
        return NodeProcess.start(
                Map.of(
                        "ERLMCP_DATA_DIR",
                        folder.resolve("data").toString(),
                        "ERLMCP_TCP_ENABLED",
                        "true",
                        "ERLMCP_TCP_PORT",
                        "0",
                        "ERLMCP_TCP_SOCKET",
                        folder.resolve("s").toString()),
                "serve",
                "--port",
                "0",
                "--config",
                config.toString());
    }

    private static McpClient client(String url) {
        return McpClient.builder(Target.url(url).transport(Options.NONE))
                .timeout(PATIENCE)
                .connect();
    }

    private FutureTask<String> until(McpClient client, Path file) {
        return threads.call(
                "caller",
                () -> {
                    try {
                        return client.call("until", JsonObject.of("file", file.toString()))
                                .content()
                                .toString();
                    } catch (McpException e) {
                        return e.code() + " " + e.getMessage();
                    }
                });
    }

    private static String components(JsonObject ready) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    ready.requireString("admin") + "/components"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** Whether the tree says that the component does not run. */
    private static boolean isDown(JsonObject ready, String component) throws Exception {
        String all = components(ready);
        int at = all.indexOf("\"id\":\"" + component + "\"");
        int end = all.indexOf('}', at);
        return !all.substring(at, end).contains("\"running\"");
    }

    @ParameterizedTest
    @CsvSource({
        "mcp, listeners/http",
        "ws, listeners/http",
        "sse, listeners/http",
        "tcp, listeners/tcp",
        "unix, listeners/unix"
    })
    @Requirement({"andon.draining", "andon.conn-tracking"})
    void aHaltedListenerLetsInNothingMoreAndItsCallsEndBeforeItCloses(String name, String listener)
            throws Exception {
        try (NodeProcess node = start()) {
            JsonObject ready = node.awaitReady();
            String url = ready.requireString(name);
            Path file = folder.resolve("now");
            try (McpClient client = client(url)) {
                FutureTask<String> result = until(client, file);
                node.awaitErrLine("waiting");

                assertThat(andon(ready, "halt", listener).code()).isZero();

                await().atMost(PATIENCE)
                        .untilAsserted(
                                () ->
                                        assertThatThrownBy(() -> client(url).close())
                                                .isInstanceOf(RuntimeException.class));
                await().atMost(PATIENCE).until(() -> running(ready, listener) == 1);
                assertThat(andon(ready, "status", listener).json().requireString("phase"))
                        .isEqualTo("draining");
                if (!name.equals("mcp") && !name.equals("sse")) {
                    isRefused(client, "echo", listener);
                }
                assertThat(isDown(ready, listener)).isFalse();

                Files.createFile(file);

                assertThat(result.get(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .contains("waited");
            }
            await().atMost(PATIENCE).until(() -> isDown(ready, listener));
            assertThat(andon(ready, "status", listener).json().requireString("phase"))
                    .isEqualTo("stopped");

            assertThat(andon(ready, "resume", listener).code()).isZero();
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> echoes(url));
        }
    }

    private static void echoes(String url) {
        try (McpClient client = client(url)) {
            assertThat(client.call("echo", JsonObject.of("text", "x")).isError()).isFalse();
        }
    }

    @Test
    @Requirement({"andon.draining", "andon.halting"})
    void aListenerThatIsResumedWhileItDrainsOpensAgainAndLosesNoCall() throws Exception {
        try (NodeProcess node = start()) {
            JsonObject ready = node.awaitReady();
            String url = ready.requireString("tcp");
            Path file = folder.resolve("now");
            try (McpClient client = client(url)) {
                FutureTask<String> result = until(client, file);
                node.awaitErrLine("waiting");
                assertThat(andon(ready, "halt", "listeners/tcp").code()).isZero();
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () ->
                                        assertThatThrownBy(() -> client(url).close())
                                                .isInstanceOf(RuntimeException.class));
                assertThat(andon(ready, "resume", "listeners/tcp").code()).isZero();

                Files.createFile(file);

                assertThat(result.get(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .contains("waited");
            }
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> echoes(url));
        }
    }

    @Test
    @Requirement("andon.halting")
    void aHaltOfAListenerWithNowCutsItsCallsAndNoOthers() throws Exception {
        try (NodeProcess node = start()) {
            JsonObject ready = node.awaitReady();
            Path file = folder.resolve("now");
            try (McpClient over = client(ready.requireString("tcp"));
                    McpClient other = client(ready.requireString("mcp"))) {
                FutureTask<String> cut = until(over, file);
                FutureTask<String> kept = until(other, file);
                await().atMost(PATIENCE)
                        .until(
                                () ->
                                        running(ready, "listeners/tcp") == 1
                                                && running(ready, "listeners/http") == 1);

                assertThat(andon(ready, "halt", "listeners/tcp", "--now").code()).isZero();

                assertThat(cut.get(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .contains("-31004");
                Files.createFile(file);
                assertThat(kept.get(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .contains("waited");
            }
        }
    }

    private static long running(JsonObject ready, String listener) {
        return andon(ready, "status", listener).json().requireInteger("inFlight");
    }
}
