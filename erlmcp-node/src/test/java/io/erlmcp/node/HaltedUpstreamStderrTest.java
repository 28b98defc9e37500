package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.andon;
import static io.erlmcp.node.CordFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of a server that they halted themselves. */
class HaltedUpstreamStderrTest {
    private static final Duration PATIENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);
    private static final String TALKER = "upstreams/talker";

    @TempDir Path folder;

    private NodeProcess start() throws IOException {
        Path script =
                Files.writeString(
                        folder.resolve("server.sh"),
                        """
                        echo "opened the ledger with $LEDGER_KEY, password=hunter2" >&2
                        exec "$@"
                        """);
        StringBuilder command = new StringBuilder();
        for (String word : NodeProcess.command()) {
            command.append(", \"").append(word).append('"');
        }
        Path config =
                Files.writeString(
                        folder.resolve("erlmcp.yaml"),
                        """
                        upstreams:
                          talker:
                            command: ["sh", "%s"%s, "serve", "--stdio"]
                            environment: {LEDGER_KEY: "open-sesame"}
                            always_prefix: true
                            era: legacy
                        """
                                .formatted(script, command));
        return NodeProcess.start(
                Map.of("ERLMCP_DATA_DIR", folder.resolve("data").toString()),
                "serve",
                "--port",
                "0",
                "--config",
                config.toString());
    }

    private static String get(JsonObject ready, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(ready.requireString("admin") + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static void isShown(String where, String text) {
        assertThat(text)
                .as(where)
                .contains("opened the ledger with ***, password=***")
                .doesNotContain("open-sesame", "hunter2");
    }

    private static void isShownEverywhere(JsonObject ready) throws Exception {
        String admin = ready.requireString("admin");
        JsonObject board = andon(ready, "board").json();
        JsonObject halt = (JsonObject) board.requireArray("halts").get(0);
        assertThat(halt.has("evidence")).as("it never failed").isFalse();
        isShown("board --json", halt.requireArray("stderr").toJson());
        String text = run("andon", "board", "--admin", admin).out();
        isShown("board", text);
        assertThat(text).contains("stderr of " + TALKER + ", the newest last:\n  | opened");
        isShown("status", run("andon", "status", TALKER, "--admin", admin).out());
        isShown("GET /andon", get(ready, "/andon"));
        isShown("GET /upstreams", get(ready, "/upstreams"));
    }

    @Test
    @Requirement({"tcps.philosophy", "upstream.secrets"})
    void whatItWroteLastStandsOnTheBoardHoweverItWasHaltedAndWithoutSecrets() throws Exception {
        try (NodeProcess node = start()) {
            JsonObject ready = node.awaitReady();
            String admin = ready.requireString("admin");
            await().atMost(PATIENCE).until(() -> run("upstreams", "--admin", admin).code() == 0);
            assertThat(andon(ready, "status", TALKER).json().has("stderr"))
                    .as("it is not halted")
                    .isFalse();

            assertThat(andon(ready, "halt", TALKER).code()).isZero();
            isShownEverywhere(ready);

            assertThat(andon(ready, "resume", TALKER).code()).isZero();
            await().atMost(PATIENCE).until(() -> run("upstreams", "--admin", admin).code() == 0);
            assertThat(andon(ready, "drain", TALKER).code()).isZero();
            isShownEverywhere(ready);
        }
    }
}
