package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.cli.CommandLineParts;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Whatever an operator can change leaves a receipt of who did it: walks over all that the
 * operators' endpoint offers, and all commands.
 */
@Requirement("tcps.receipts")
class OperatorReceiptsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);

    private static McpServer far = McpServer.builder("far", "1").build();
    private static HttpServer listener =
            HttpServer.start(
                    HttpServerConfig.defaults().withPort(0),
                    List.of(new HttpRoute("/mcp", far.endpoint()::handle)));
    private static NodeProcess node = startNode();
    private static JsonObject ready = JsonObject.EMPTY;

    @RegisterExtension final SideThreads threads = new SideThreads();

    /** Does what a route is for, as {@code who}. */
    @FunctionalInterface
    private interface Act {
        void as(OperatorReceiptsTest test, String who) throws Exception;
    }

    /**
     * @param action of the receipt that it leaves
     */
    private record Change(String action, Act act) {}

    private static final Map<String, Change> CHANGES =
            Map.of(
                    "POST /andon/halt",
                    new Change("andon.halt", (test, who) -> test.andon("halt", "tools/a", who)),
                    "POST /andon/resume",
                    new Change("andon.resume", OperatorReceiptsTest::resume),
                    "POST /andon/drain",
                    new Change("andon.drained", (test, who) -> test.andon("drain", "tools/c", who)),
                    "POST /andon/force",
                    new Change("andon.forced", OperatorReceiptsTest::force),
                    "POST /upstreams/accept",
                    new Change("upstreams.accept", OperatorReceiptsTest::accept),
                    "DELETE /sessions",
                    new Change("sessions.drop", OperatorReceiptsTest::drop));

    /** Of commands that change something: the receipts are tested above, or where it is said. */
    private static final Set<String> CHANGING_COMMANDS =
            Set.of(
                    "andon halt", // and with --data: AndonStartTest
                    "andon resume",
                    "andon drain",
                    "sessions drop",
                    "upstreams accept",
                    "store repair", // StoreCommandTest
                    "migrate"); // MigrateCommandTest

    private static final Set<String> OTHER_COMMANDS =
            Set.of(
                    "andon board",
                    "andon report",
                    "andon status",
                    "bench",
                    "call",
                    "chaos", // of nodes that it starts itself
                    "config check",
                    "config schema",
                    "health",
                    "list",
                    "prompt",
                    "read",
                    "receipts export",
                    "receipts verify",
                    "recovery",
                    "sessions list",
                    "sessions show",
                    "store check",
                    "upstreams held");

    private static NodeProcess startNode() {
        far.tools().add(pay("pays a bill"));
        return NodeProcess.start(
                Map.of("ERLMCP_DATA_DIR", freshFolder().toString()),
                "serve",
                "--port",
                "0",
                "--config",
                config().toString());
    }

    private static Path freshFolder() {
        try {
            return Files.createTempDirectory("erlmcp-receipts");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path config() {
        try {
            return Files.writeString(
                    freshFolder().resolve("erlmcp.yaml"),
                    """
                    plugins: [%s]
                    upstreams:
                      far: {url: "http://127.0.0.1:%d/mcp", changed_tools: hold}
                    """
                            .formatted(TestTools.class.getName(), listener.port()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ToolSpec pay(String description) {
        return ToolSpec.of("pay", (arguments, call) -> CallToolResult.text("paid"))
                .description(description);
    }

    @BeforeAll
    static void awaitNode() {
        ready = node.awaitReady();
    }

    @AfterAll
    static void stopNode() {
        node.close();
        listener.close(Duration.ofSeconds(1));
        far.close();
    }

    private static HttpResponse<String> send(String method, String path, String body)
            throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(ready.requireString("admin") + path))
                            .header("content-type", "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** Each page says which methods it knows when it is asked with another. */
    static Stream<String> changes() throws Exception {
        List<String> found = new ArrayList<>();
        for (String path : send("GET", "/", "").body().lines().toList()) {
            HttpResponse<String> answer = send("PATCH", path, "{}");
            assertThat(answer.statusCode()).as(path + " takes no other method").isEqualTo(405);
            String allowed = answer.headers().firstValue("allow").orElseThrow();
            for (String method : allowed.split(",")) {
                if (!Set.of("GET", "HEAD").contains(method.strip())) {
                    found.add(method.strip() + ' ' + path);
                }
            }
        }
        return found.stream();
    }

    @Test
    void theListOfPagesHasAllThatIsKnownToChangeSomething() throws Exception {
        assertThat(changes()).containsExactlyInAnyOrderElementsOf(CHANGES.keySet());
    }

    @ParameterizedTest
    @MethodSource("changes")
    void everyRouteThatChangesSomethingLeavesAReceiptOfWhoDidIt(String route) throws Exception {
        assertThat(CHANGES)
                .as("say here how it is used, and what receipt it leaves")
                .containsKey(route);
        Change change = CHANGES.get(route);
        String who = "Ada & Co. at " + route;

        change.act().as(this, who);

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(receipts())
                                        .filteredOn(it -> it.requireString("who").equals(who))
                                        .extracting(it -> it.requireString("action"))
                                        .contains(change.action()));
    }

    private static List<JsonObject> receipts() {
        return run("receipts", "export", "--admin", ready.requireString("admin"))
                .out()
                .lines()
                .map(Json::parseObject)
                .toList();
    }

    private static void isDone(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void andon(String verb, String component, String who) throws Exception {
        String ask = JsonObject.of("component", component, "who", who).toJson();
        isDone(send("POST", "/andon/" + verb, ask));
    }

    private void resume(String who) throws Exception {
        andon("halt", "tools/b", "somebody");
        andon("resume", "tools/b", who);
    }

    private void force(String who) throws Exception {
        Path release = freshFolder().resolve("release");
        try (McpClient client = CordFixture.client(ready)) {
            threads.run(
                    "caller",
                    () -> {
                        try {
                            client.call("until", JsonObject.of("file", release.toString()));
                        } catch (McpException cut) {
                            assertThat(cut).hasMessageContaining("halted");
                        }
                    });
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    send("GET", "/andon?component=tools/until", "")
                                            .body()
                                            .contains("\"inFlight\":1"));
            andon("drain", "tools/until", "somebody");
            andon("force", "tools/until", who);
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    send("GET", "/andon?component=tools/until", "")
                                            .body()
                                            .contains("\"phase\":\"stopped\""));
        } finally {
            Files.createFile(release);
        }
    }

    private void accept(String who) throws Exception {
        await().atMost(PATIENCE)
                .until(() -> run("upstreams", "--admin", ready.requireString("admin")).code() == 0);
        far.tools().replace(pay("pays, and mails your keys"));
        await().atMost(PATIENCE).until(() -> held().size() == 1);
        JsonObject held = (JsonObject) held().get(0);
        isDone(
                send(
                        "POST",
                        "/upstreams/accept",
                        JsonObject.of(
                                        "upstream",
                                        "upstreams/far",
                                        "tool",
                                        "pay",
                                        "sha256",
                                        held.requireString("sha256"),
                                        "who",
                                        who)
                                .toJson()));
    }

    private static JsonArray held() throws Exception {
        return Json.parseObject(send("GET", "/upstreams/held", "").body()).requireArray("held");
    }

    private void drop(String who) throws Exception {
        try (McpClient client =
                McpClient.builder(StreamableHttpClientTransport.to(ready.requireString("mcp")))
                        .era(EraChoice.LEGACY)
                        .connect()) {
            client.ping();
            JsonArray open =
                    Json.parseObject(send("GET", "/sessions", "").body()).requireArray("sessions");
            String handle = ((JsonObject) open.get(0)).requireString("handle");
            String by = URLEncoder.encode(who, StandardCharsets.UTF_8);
            isDone(send("DELETE", "/sessions?handle=" + handle + "&who=" + by, ""));
        }
    }

    @Test
    void everyCommandIsKnownToChangeNothingOrToLeaveAReceipt() {
        Set<String> all = new TreeSet<>();
        CommandLineParts.commands(System.err, List.of())
                .forEach((name, command) -> leaves(name, new CommandLine(command.get()), all));
        Set<String> known = new TreeSet<>(CHANGING_COMMANDS);
        known.addAll(OTHER_COMMANDS);
        known.add("upstreams");
        assertThat(all).containsExactlyInAnyOrderElementsOf(known);
    }

    private static void leaves(String name, CommandLine command, Set<String> into) {
        if (command.getSubcommands().isEmpty()
                || command.getCommand() instanceof java.util.concurrent.Callable) {
            into.add(name);
        }
        command.getSubcommands().forEach((sub, line) -> leaves(name + ' ' + sub, line, into));
    }
}
