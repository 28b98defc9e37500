package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a client mends by itself, what it sets up again, and batches. */
class RecoveryTest {
    private static final String TEXT = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";

    private static ClientBuilder client(ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server)).era(EraChoice.LEGACY);
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }

    @Test
    void aLostPathFailsWhatIsPendingAndTheNextCallConnectsAgain() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "tools/call",
                                (request, it) -> {
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
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "resources/read",
                                (request, it) -> {
                                    if (it.connections.size() == 1) {
                                        it.connections.getLast().close("crash");
                                    } else {
                                        it.reply(
                                                request,
                                                "{\"contents\":[{\"uri\":\"a:b\",\"text\":\"x\"}]}");
                                    }
                                });
        try (McpClient client = client(server).connect()) {
            assertThat(client.readResource("a:b").contents()).hasSize(1);
        }
        assertThat(server.heard("resources/read")).hasSize(2);
        assertThat(server.heard("resources/read").stream().map(m -> m.get("id")))
                .doesNotHaveDuplicates();
    }

    @Test
    void theLevelOfLogMessagesIsSetForTheSession() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "logging/setLevel",
                                (request, it) -> {
                                    it.reply(request, "{}");
                                    it.send(
                                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\","
                                                + "\"params\":{\"level\":\"error\",\"data\":\"ouch\"}}");
                                });
        List<JsonValue> heard = new CopyOnWriteArrayList<>();
        try (McpClient client = client(server).onLog(log -> heard.add(log.data())).connect()) {
            client.setLogLevel(LogLevel.WARNING);
            await().until(() -> heard.size() == 1);
        }
        assertThat(
                        server.heard("logging/setLevel")
                                .getFirst()
                                .requireObject("params")
                                .requireString("level"))
                .isEqualTo("warning");
    }

    @Test
    @Requirement("proto.batch-timeout")
    void aBatchHasOneTimeOutForAllAndKeepsWhatWasAnswered() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "tools/call",
                                (request, it) -> {
                                    if (request.requireObject("params")
                                            .requireString("name")
                                            .equals("quick")) {
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
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "tools/call",
                                (request, it) -> {
                                    waiting.add(request);
                                    if (waiting.size() == 5) {
                                        waiting.forEach(each -> it.reply(each, TEXT));
                                    }
                                });
        List<Batch.Entry<CallToolResult>> entries = new ArrayList<>();
        try (McpClient client = client(server).connect()) {
            client.batch(
                    batch -> {
                        for (int i = 0; i < 5; i++) {
                            entries.add(batch.call("x" + i, JsonObject.EMPTY));
                        }
                    });
        }
        assertThat(entries).allMatch(Batch.Entry::isOk);
    }
}
