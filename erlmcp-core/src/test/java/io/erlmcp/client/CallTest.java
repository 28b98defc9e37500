package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.ToolFailure;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CallTest {
    private static final String TEXT = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";

    @RegisterExtension final SideThreads threads = new SideThreads();

    private static ClientBuilder client(ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server)).era(EraChoice.LEGACY);
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }

    @Test
    void aCallReturnsWhatTheServerAnswers() {
        ScriptedServer server = ScriptedServer.legacy().answer("tools/call", TEXT);
        try (McpClient client = client(server).connect()) {
            assertThat(text(client.call("hello", JsonObject.of("a", 1)))).isEqualTo("hi");
        }
        JsonObject params = server.heard("tools/call").getFirst().requireObject("params");
        assertThat(params.requireString("name")).isEqualTo("hello");
        assertThat(params.requireObject("arguments")).isEqualTo(JsonObject.of("a", 1));
    }

    record Sum(int a, int b) {}

    record Total(int total) {}

    @Test
    void aTypedCallTakesAndGivesRecords() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .answer(
                                "tools/call",
                                "{\"content\":[],\"structuredContent\":{\"total\":5}}");
        try (McpClient client = client(server).connect()) {
            assertThat(client.call("add", new Sum(2, 3), Total.class)).isEqualTo(new Total(5));
        }
        assertThat(
                        server.heard("tools/call")
                                .getFirst()
                                .requireObject("params")
                                .requireObject("arguments"))
                .isEqualTo(JsonObject.of("a", 2, "b", 3));
    }

    @Test
    void aTypedCallOfAToolThatFailsThrowsItsText() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .answer(
                                "tools/call",
                                "{\"content\":[{\"type\":\"text\",\"text\":\"no such"
                                        + " city\"}],\"isError\":true}");
        try (McpClient client = client(server).connect()) {
            assertThatThrownBy(() -> client.call("weather", Map.of(), Total.class))
                    .isInstanceOf(ToolFailure.class)
                    .hasMessage("no such city");
        }
    }

    @Test
    void aRefusalKeepsCodeMessageAndData() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "tools/call",
                                (request, it) ->
                                        it.refuse(
                                                request,
                                                -32602,
                                                "Unknown tool: x",
                                                "{\"tool\":\"x\"}"));
        try (McpClient client = client(server).connect()) {
            assertThatThrownBy(() -> client.call("x", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(
                            McpException.class,
                            e -> {
                                assertThat(e.code()).isEqualTo(-32602);
                                assertThat(e.data()).isEqualTo(JsonObject.of("tool", "x"));
                            })
                    .hasMessage("Unknown tool: x");
        }
    }

    @Test
    @Requirement("proto.timeouts")
    void aCallThatIsNotAnsweredTimesOutNamesItselfAndIsCancelled() {
        ScriptedServer server = ScriptedServer.legacy().silent("tools/call");
        try (McpClient client = client(server).timeout(Duration.ofMillis(60)).connect()) {
            assertThatThrownBy(() -> client.call("slow", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(
                            McpTimeoutException.class,
                            e -> assertThat(e.limit()).isEqualTo(Duration.ofMillis(60)))
                    .hasMessage("tools/call slow was not answered within 60 ms");
            await().until(() -> server.heard("notifications/cancelled").size() == 1);
            assertThat(
                            server.heard("notifications/cancelled")
                                    .getFirst()
                                    .requireObject("params")
                                    .get("requestId"))
                    .isEqualTo(server.heard("tools/call").getFirst().get("id"));
        }
    }

    @Test
    @Requirement("proto.timeouts")
    void aPromptTimesOutAsPromptly() {
        ScriptedServer server = ScriptedServer.legacy().silent("prompts/get");
        try (McpClient client = client(server).timeout(Duration.ofMillis(60)).connect()) {
            assertThatThrownBy(() -> client.getPrompt("slow", Map.of()))
                    .isInstanceOf(McpTimeoutException.class);
        }
    }

    private static void progress(ScriptedServer server, JsonObject request, int value) {
        JsonValue token =
                request.requireObject("params").requireObject("_meta").get("progressToken");
        server.send(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                        + token
                        + ",\"progress\":"
                        + value
                        + ",\"message\":\"step\"}}");
    }

    @Test
    void progressIsHeardInOrderBeforeTheCallReturns() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "tools/call",
                                (request, it) -> {
                                    for (int i = 1; i <= 3; i++) {
                                        progress(it, request, i);
                                    }
                                    it.reply(request, TEXT);
                                });
        List<Double> heard = new ArrayList<>();
        try (McpClient client = client(server).connect()) {
            client.call(
                    "work",
                    JsonObject.EMPTY,
                    CallOptions.NONE.withProgress(p -> heard.add(p.progress())));
        }
        assertThat(heard).containsExactly(1.0, 2.0, 3.0);
    }

    @Test
    @Requirement("proto.timeouts")
    void progressResetsTheTimeOutUpToTheMaximum() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "tools/call",
                                (request, it) ->
                                        threads.run("work", () -> work(it, request, over)));
        List<Double> heard = new ArrayList<>();
        try (McpClient client =
                client(server)
                        .timeout(Duration.ofSeconds(3))
                        .maxTimeout(Duration.ofSeconds(5))
                        .connect()) {
            assertThatThrownBy(
                            () ->
                                    client.call(
                                            "work",
                                            JsonObject.EMPTY,
                                            CallOptions.NONE.withProgress(
                                                    p -> heard.add(p.progress()))))
                    .isInstanceOf(McpTimeoutException.class)
                    .hasMessageContaining("5000 ms");
            over.countDown();
            threads.join();
        }
        assertThat(heard).hasSizeGreaterThan(5);
    }

    /** A server's work takes time. */
    private static void work(ScriptedServer server, JsonObject request, CountDownLatch over)
            throws InterruptedException {
        for (int i = 1; i <= 100 && !over.await(100, TimeUnit.MILLISECONDS); i++) {
            progress(server, request, i);
        }
    }

    @Test
    void anInterruptedCallIsCancelled() {
        ScriptedServer server = ScriptedServer.legacy().silent("tools/call");
        try (McpClient client = client(server).connect()) {
            Call<CallToolResult> call = client.start("slow", JsonObject.EMPTY);
            await().until(() -> server.heard("tools/call").size() == 1);
            call.cancel();
            assertThatThrownBy(call::await).isInstanceOf(CancellationException.class);
            assertThat(call.isDone()).isTrue();
            await().until(() -> server.heard("notifications/cancelled").size() == 1);
        }
    }

    @Test
    void answersAreMatchedByIdWhateverTheirOrder() {
        List<JsonObject> requests = new CopyOnWriteArrayList<>();
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "tools/call",
                                (request, it) -> {
                                    requests.add(request);
                                    if (requests.size() == 3) {
                                        requests.reversed()
                                                .forEach(
                                                        each ->
                                                                it.reply(
                                                                        each,
                                                                        "{\"content\":[{\"type\":\"text\",\"text\":\""
                                                                                + each.requireObject(
                                                                                                "params")
                                                                                        .requireString(
                                                                                                "name")
                                                                                + "\"}]}"));
                                    }
                                });
        try (McpClient client = client(server).connect()) {
            List<Call<CallToolResult>> calls =
                    List.of("a", "b", "c").stream()
                            .map(name -> client.start(name, JsonObject.EMPTY))
                            .toList();
            assertThat(calls.stream().map(call -> text(call.await())))
                    .containsExactly("a", "b", "c");
        }
        assertThat(server.heard.stream().map(m -> m.get("id")).filter(id -> id != null))
                .doesNotHaveDuplicates();
    }

    @Test
    void whatIsNotUnderstoodIsReportedAndIgnored() {
        List<Object> events = new CopyOnWriteArrayList<>();
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "tools/call",
                                (request, it) -> {
                                    it.send("garbage");
                                    it.send("[]");
                                    it.send("{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}");
                                    it.send(
                                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/from/the/future\"}");
                                    it.reply(request, TEXT);
                                });
        try (McpClient client = client(server).observer(events::add).connect()) {
            assertThat(text(client.call("x", JsonObject.EMPTY))).isEqualTo("hi");
        }
        assertThat(events).filteredOn(ClientEvent.MessageIgnored.class::isInstance).hasSize(3);
    }
}
