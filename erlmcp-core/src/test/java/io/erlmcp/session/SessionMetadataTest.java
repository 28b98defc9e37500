package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.SessionMetadata;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Threads;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What server code keeps with a session. */
@Requirement("session.fields")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionMetadataTest {
    private static final SessionLimits.KeptBounds BOUNDS = SessionLimits.DEFAULTS.kept();
    private static final String NOTHING = "{}";

    private final CountingStore store = new CountingStore();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final LinkedBlockingQueue<String> outcomes = new LinkedBlockingQueue<>();
    private McpServer server = start();

    private McpServer start() {
        return McpServer.builder("notes", "1")
                .add(
                        ToolSpec.of("note", SessionMetadataTest::note),
                        ToolSpec.of("quick", SessionMetadataTest::note).nonBlocking(),
                        ToolSpec.of("late", (arguments, call) -> late(call)))
                .authenticator(Fixture.BY_NAME)
                .sessions(store, EventLogs.inMemory(Instant.now(), SessionLimits.DEFAULTS.events()))
                .build();
    }

    @AfterEach
    void close() {
        ended.countDown();
        server.close();
    }

    private static CallToolResult note(JsonSlice arguments, CallContext call) {
        JsonObject given = arguments.object();
        if (call.sessionMetadata().isEmpty()) {
            return CallToolResult.text("no session");
        }
        SessionMetadata metadata = call.sessionMetadata().orElseThrow();
        try {
            given.string("put").ifPresent(it -> metadata.put(it, given.requireString("value")));
            given.string("remove").ifPresent(metadata::remove);
        } catch (IllegalArgumentException | IllegalStateException refused) {
            return CallToolResult.text("" + refused.getMessage());
        }
        JsonObject.Builder all = JsonObject.builder();
        metadata.all().forEach(all::put);
        return CallToolResult.text(all.build().toJson());
    }

    /** Changes the metadata of a session that has ended meanwhile. */
    private CallToolResult late(CallContext call) {
        entered.countDown();
        SessionMetadata metadata = call.sessionMetadata().orElseThrow();
        boolean isOver = false;
        while (!isOver) {
            try {
                ended.await();
                isOver = true;
            } catch (InterruptedException goesOn) {
                Thread.yield();
            }
        }
        try {
            metadata.put("late", "1");
            outcomes.add("kept");
        } catch (McpException refused) {
            outcomes.add("" + refused.getMessage());
        }
        return CallToolResult.text("");
    }

    private String session() throws InterruptedException {
        return Objects.requireNonNull(
                ProbeHttp.post(
                                "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{"
                                        + "'protocolVersion':'2025-11-25','capabilities':{},"
                                        + "'clientInfo':{'name':'p','version':'1'}}}")
                        .as("ann")
                        .to(server.endpoint())
                        .answer()
                        .responseHeader("Mcp-Session-Id"));
    }

    private ProbeHttp request(String session, String tool, String arguments) {
        return ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'"
                                + tool
                                + "','arguments':"
                                + arguments
                                + "}}")
                .as("ann")
                .with("Mcp-Session-Id", session)
                .to(server.endpoint());
    }

    private String call(String session, String tool, String arguments) throws InterruptedException {
        JsonObject result =
                Json.parseObject(request(session, tool, arguments).answer().responseBody)
                        .requireObject("result");
        return ((JsonObject) result.requireArray("content").values().getFirst())
                .requireString("text");
    }

    private String put(String session, String name, String value) throws InterruptedException {
        return call(session, "note", "{'put':'" + name + "','value':'" + value + "'}");
    }

    @Test
    void whatACallKeptIsStoredAndThereForTheNextServer() throws Exception {
        String session = session();
        assertThat(put(session, "tenant", "blue")).isEqualTo("{\"tenant\":\"blue\"}");
        assertThat(put(session, "plan", "free")).contains("blue", "free");
        assertThat(store.kept.read(session).orElseThrow().metadata())
                .isEqualTo(Map.of("tenant", "blue", "plan", "free"));
        server.close();
        server = start();
        assertThat(call(session, "note", "{'remove':'plan'}")).isEqualTo("{\"tenant\":\"blue\"}");
        assertThat(store.kept.read(session).orElseThrow().metadata())
                .isEqualTo(Map.of("tenant", "blue"));
    }

    @Test
    void whatStaysAsItIsIsNotWritten() throws Exception {
        String session = session();
        put(session, "tenant", "blue");
        int writes = store.writes.get();
        put(session, "tenant", "blue");
        call(session, "note", "{'remove':'unknown'}");
        assertThat(store.writes.get()).isEqualTo(writes);
    }

    @Test
    void oneEntryOrByteTooManyIsRefusedWithTheLimitAndChangesNothing() throws Exception {
        String session = session();
        String value = "x".repeat(BOUNDS.maxMetadataBytes() - 2);
        assertThat(put(session, "ä", value)).contains(value);
        assertThat(put(session, "ä", value + "x"))
                .isEqualTo(
                        "metadata of a session has at most 4096 bytes with its names, and would"
                                + " have 4097");
        assertThat(put(session, "b", "")).contains("would have 4097");
        assertThat(put(session, "ä", "short")).isEqualTo("{\"ä\":\"short\"}");
        for (int i = 1; i < BOUNDS.maxMetadataEntries(); i++) {
            assertThat(put(session, "n" + i, "")).startsWith("{");
        }
        assertThat(put(session, "more", ""))
                .isEqualTo("metadata of a session has at most 32 entries");
        assertThat(store.kept.read(session).orElseThrow().metadata())
                .hasSize(BOUNDS.maxMetadataEntries());
        assertThat(put(session, "n1", "changed")).contains("changed");
    }

    @Test
    void aToolThatMustNotWaitReadsItAndCannotChangeIt() throws Exception {
        String session = session();
        put(session, "tenant", "blue");
        assertThat(call(session, "quick", "{}")).isEqualTo("{\"tenant\":\"blue\"}");
        String refusal = "metadata tenant: a tool declared non-blocking cannot change it";
        assertThat(call(session, "quick", "{'put':'tenant','value':'red'}")).startsWith(refusal);
        assertThat(call(session, "quick", "{'remove':'tenant'}")).startsWith(refusal);
        assertThat(call(session, "quick", "{}")).isEqualTo("{\"tenant\":\"blue\"}");
    }

    @Test
    void sessionsDoNotShareIt() throws Exception {
        String one = session();
        String other = session();
        put(one, "tenant", "blue");
        assertThat(call(other, "note", "{}")).isEqualTo(NOTHING);
    }

    @Test
    void aSessionThatHasEndedKeepsNothingMore() throws Exception {
        String session = session();
        ProbeHttp call = request(session, "late", "{}");
        entered.await();
        ProbeHttp.delete().as("ann").with("Mcp-Session-Id", session).to(server.endpoint()).answer();
        call.answer();
        ended.countDown();
        assertThat(outcomes.take()).isEqualTo("The session has ended");
        assertThat(store.size()).isZero();
    }

    @Test
    void operatorsSeeIt() throws Exception {
        String session = session();
        put(session, "tenant", "blue");
        AtomicReference<Map<String, String>> seen = new AtomicReference<>(Map.of());
        Threads.startVirtual(
                        "operator",
                        () ->
                                server.sessions()
                                        .find(SessionDesk.handle(session))
                                        .ifPresent(it -> seen.set(it.metadata())))
                .join();
        assertThat(seen.get()).isEqualTo(Map.of("tenant", "blue"));
    }

    @Test
    void aChangeThatMeetsASubscriptionKeepsBothAndTheSubscriberHears() throws Exception {
        String session = session();
        LegacySession live =
                Objects.requireNonNull(
                        ((ServerEndpoint) server.endpoint()).sessions().live(session));
        // Somebody else subscribes, and has stored that but not told yet.
        store.kept.update(live.record().withSubscriptions(Set.of("test://one"), Instant.EPOCH));
        assertThat(put(session, "tenant", "blue")).isEqualTo("{\"tenant\":\"blue\"}");
        assertThat(live.record().subscriptions()).containsExactly("test://one");
        ProbeHttp stream =
                ProbeHttp.get()
                        .as("ann")
                        .with("Mcp-Session-Id", session)
                        .to(server.endpoint())
                        .answer();
        assertThat(stream.event().data()).isEmpty();
        server.resourceUpdated("test://one");
        assertThat(stream.event().json().requireString("method"))
                .isEqualTo("notifications/resources/updated");
    }

    @Test
    void aConnectionIsASessionTooAndItsMetadataGoesWithIt() throws Exception {
        ProbeConnection connection =
                ProbeConnection.as("ann", "10.0.0.1", server.endpoint())
                        .initialize("2025-11-25", "{}");
        String call =
                "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'note',"
                        + "'arguments':{'put':'tenant','value':'blue'}}}";
        assertThat(connection.ask(call).toJson()).contains("tenant").contains("blue");
        assertThat(store.writes.get()).isZero();
    }

    @Test
    void theModernEraHasNone() throws Exception {
        ProbeHttp answer =
                ProbeHttp.post(
                                "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{"
                                        + "'name':'note','_meta':{"
                                        + "'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                                        + "'io.modelcontextprotocol/clientCapabilities':{}}}}")
                        .as("ann")
                        .with("MCP-Protocol-Version", "2026-07-28")
                        .with("Mcp-Method", "tools/call")
                        .with("Mcp-Name", "note")
                        .to(server.endpoint())
                        .answer();
        assertThat(answer.responseBody).contains("no session");
    }
}
