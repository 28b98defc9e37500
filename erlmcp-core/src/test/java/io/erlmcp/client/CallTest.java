package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.ToolFailure;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class CallTest {
    private static final String TEXT = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";

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
        ScriptedServer server = ScriptedServer.legacy()
                .answer("tools/call", "{\"content\":[],\"structuredContent\":{\"total\":5}}");
        try (McpClient client = client(server).connect()) {
            assertThat(client.call("add", new Sum(2, 3), Total.class)).isEqualTo(new Total(5));
        }
        assertThat(server.heard("tools/call").getFirst().requireObject("params").requireObject("arguments"))
                .isEqualTo(JsonObject.of("a", 2, "b", 3));
    }

    @Test
    void aTypedCallOfAToolThatFailsThrowsItsText() {
        ScriptedServer server = ScriptedServer.legacy()
                .answer("tools/call", "{\"content\":[{\"type\":\"text\",\"text\":\"no such city\"}],\"isError\":true}");
        try (McpClient client = client(server).connect()) {
            assertThatThrownBy(() -> client.call("weather", Map.of(), Total.class))
                    .isInstanceOf(ToolFailure.class)
                    .hasMessage("no such city");
        }
    }

    @Test
    void aRefusalKeepsCodeMessageAndData() {
        ScriptedServer server = ScriptedServer.legacy()
                .on("tools/call", (request, it) -> it.refuse(request, -32602, "Unknown tool: x", "{\"tool\":\"x\"}"));
        try (McpClient client = client(server).connect()) {
            assertThatThrownBy(() -> client.call("x", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(McpException.class, e -> {
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
            assertThat(server.heard("notifications/cancelled").getFirst().requireObject("params").get("requestId"))
                    .isEqualTo(server.heard("tools/call").getFirst().get("id"));
        }
    }

    @Test
    @Requirement("proto.timeouts")
    void aPromptTimesOutAsPromptly() {
        ScriptedServer server = ScriptedServer.legacy().silent("prompts/get");
        try (McpClient client = client(server).timeout(Duration.ofMillis(60)).connect()) {
            assertThatThrownBy(() -> client.getPrompt("slow", Map.of())).isInstanceOf(McpTimeoutException.class);
        }
    }

    private static void progress(ScriptedServer server, JsonObject request, int value) {
        JsonValue token = request.requireObject("params").requireObject("_meta").get("progressToken");
        server.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":" + token
                + ",\"progress\":" + value + ",\"message\":\"step\"}}");
    }

    @Test
    void progressIsHeardInOrderBeforeTheCallReturns() {
        ScriptedServer server = ScriptedServer.legacy().on("tools/call", (request, it) -> {
            for (int i = 1; i <= 3; i++) {
                progress(it, request, i);
            }
            it.reply(request, TEXT);
        });
        List<Double> heard = new ArrayList<>();
        try (McpClient client = client(server).connect()) {
            client.call("work", JsonObject.EMPTY, CallOptions.NONE.withProgress(p -> heard.add(p.progress())));
        }
        assertThat(heard).containsExactly(1.0, 2.0, 3.0);
    }

    @Test
    @Requirement("proto.timeouts")
    void progressResetsTheTimeOutUpToTheMaximum() {
        ScriptedServer server = ScriptedServer.legacy().on("tools/call", (request, it) -> Thread.startVirtualThread(
                () -> {
                    for (int i = 1; i <= 100; i++) {
                        pause(40);
                        progress(it, request, i);
                    }
                }));
        List<Double> heard = new ArrayList<>();
        try (McpClient client = client(server)
                .timeout(Duration.ofMillis(150))
                .maxTimeout(Duration.ofMillis(500))
                .connect()) {
            assertThatThrownBy(() -> client.call(
                            "work", JsonObject.EMPTY, CallOptions.NONE.withProgress(p -> heard.add(p.progress()))))
                    .isInstanceOf(McpTimeoutException.class)
                    .hasMessageContaining("500 ms");
        }
        assertThat(heard).hasSizeGreaterThan(5);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
        ScriptedServer server = ScriptedServer.legacy().on("tools/call", (request, it) -> {
            requests.add(request);
            if (requests.size() == 3) {
                requests.reversed().forEach(each -> it.reply(each, "{\"content\":[{\"type\":\"text\",\"text\":\""
                        + each.requireObject("params").requireString("name") + "\"}]}"));
            }
        });
        try (McpClient client = client(server).connect()) {
            List<Call<CallToolResult>> calls = List.of("a", "b", "c").stream()
                    .map(name -> client.start(name, JsonObject.EMPTY))
                    .toList();
            assertThat(calls.stream().map(call -> text(call.await()))).containsExactly("a", "b", "c");
        }
        assertThat(server.heard.stream().map(m -> m.get("id")).filter(id -> id != null)).doesNotHaveDuplicates();
    }

    @Test
    void whatIsNotUnderstoodIsReportedAndIgnored() {
        List<Object> events = new CopyOnWriteArrayList<>();
        ScriptedServer server = ScriptedServer.legacy().on("tools/call", (request, it) -> {
            it.send("garbage");
            it.send("[]");
            it.send("{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}");
            it.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/from/the/future\"}");
            it.reply(request, TEXT);
        });
        try (McpClient client = client(server).observer(events::add).connect()) {
            assertThat(text(client.call("x", JsonObject.EMPTY))).isEqualTo("hi");
        }
        assertThat(events).filteredOn(ClientEvent.MessageIgnored.class::isInstance).hasSize(3);
    }

    @Test
    void aLostPathFailsWhatIsPendingAndTheNextCallConnectsAgain() {
        ScriptedServer server = ScriptedServer.legacy().on("tools/call", (request, it) -> {
            if (it.connections.size() == 1) {
                it.connections.getLast().close("crash");
            } else {
                it.reply(request, TEXT);
            }
        });
        List<Object> events = new CopyOnWriteArrayList<>();
        try (McpClient client = client(server).observer(events::add).connect()) {
            assertThatThrownBy(() -> client.call("x", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.BROKEN));
            assertThat(text(client.call("x", JsonObject.EMPTY))).isEqualTo("hi");
        }
        assertThat(events).anyMatch(ClientEvent.Reconnected.class::isInstance);
        assertThat(server.heard("initialize")).hasSize(2);
    }

    @Test
    void aLostReadIsSentAgainUnderANewId() {
        ScriptedServer server = ScriptedServer.legacy().on("resources/read", (request, it) -> {
            if (it.connections.size() == 1) {
                it.connections.getLast().close("crash");
            } else {
                it.reply(request, "{\"contents\":[{\"uri\":\"a:b\",\"text\":\"x\"}]}");
            }
        });
        try (McpClient client = client(server).connect()) {
            assertThat(client.readResource("a:b").contents()).hasSize(1);
        }
        assertThat(server.heard("resources/read")).hasSize(2);
        assertThat(server.heard("resources/read").stream().map(m -> m.get("id"))).doesNotHaveDuplicates();
    }

    @Test
    void theLevelOfLogMessagesIsSetForTheSession() {
        ScriptedServer server = ScriptedServer.legacy().on("logging/setLevel", (request, it) -> {
            it.reply(request, "{}");
            it.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\","
                    + "\"params\":{\"level\":\"error\",\"data\":\"ouch\"}}");
        });
        List<JsonValue> heard = new CopyOnWriteArrayList<>();
        try (McpClient client = client(server).onLog(log -> heard.add(log.data())).connect()) {
            client.setLogLevel(LogLevel.WARNING);
            await().until(() -> heard.size() == 1);
        }
        assertThat(server.heard("logging/setLevel").getFirst().requireObject("params").requireString("level"))
                .isEqualTo("warning");
    }

    @Test
    @Requirement("proto.batch-timeout")
    void aBatchHasOneTimeOutForAllAndKeepsWhatWasAnswered() {
        ScriptedServer server = ScriptedServer.legacy().on("tools/call", (request, it) -> {
            if (request.requireObject("params").requireString("name").equals("quick")) {
                it.reply(request, TEXT);
            }
        });
        try (McpClient client = client(server).connect()) {
            Batch batch = client.batch().timeout(Duration.ofMillis(150));
            Batch.Entry<CallToolResult> quick = batch.call("quick", JsonObject.EMPTY);
            Batch.Entry<CallToolResult> slow = batch.call("slow", JsonObject.EMPTY);
            batch.send();
            assertThat(text(quick.result())).isEqualTo("hi");
            assertThat(slow.isOk()).isFalse();
            assertThatThrownBy(slow::result)
                    .isInstanceOf(McpTimeoutException.class)
                    .hasMessageContaining("150 ms");
            await().until(() -> server.heard("notifications/cancelled").size() == 1);
        }
    }

    @Test
    @Requirement("proto.batch")
    void theRequestsOfABatchRunAtTheSameTime() {
        List<JsonObject> waiting = new CopyOnWriteArrayList<>();
        ScriptedServer server = ScriptedServer.legacy().on("tools/call", (request, it) -> {
            waiting.add(request);
            if (waiting.size() == 5) {
                waiting.forEach(each -> it.reply(each, TEXT));
            }
        });
        List<Batch.Entry<CallToolResult>> entries = new ArrayList<>();
        try (McpClient client = client(server).connect()) {
            client.batch(batch -> {
                for (int i = 0; i < 5; i++) {
                    entries.add(batch.call("x" + i, JsonObject.EMPTY));
                }
            });
        }
        assertThat(entries).allMatch(Batch.Entry::isOk);
    }
}
