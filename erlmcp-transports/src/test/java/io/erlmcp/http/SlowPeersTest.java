package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.server.ServerLimits;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ByteBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server with callers that ask for much and read nothing. */
@Requirement("R14")
class SlowPeersTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String PIECE = "x".repeat(100_000);
    private static final int PIECES = 100;
    private static final String URI = "test://" + "x".repeat(2_000);
    private static final String MODERN =
            "\"progressToken\":1,\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                    + "\"io.modelcontextprotocol/clientCapabilities\":{}";

    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final Queue<HttpEvent> events = new ConcurrentLinkedQueue<>();
    private final ByteBudget unsent = new ByteBudget(1 << 30);
    private final McpServer mcp =
            McpServer.builder("slow", "1")
                    .limits(limits())
                    .add(
                            ToolSpec.of("flood", (arguments, call) -> flood(call)),
                            ToolSpec.of("much", (arguments, call) -> much(call)),
                            ToolSpec.of("echo", (arguments, call) -> CallToolResult.text("hi")))
                    .build();
    private final HttpServer http =
            HttpServer.start(
                    HttpServerConfig.defaults()
                            .withPort(0)
                            .withLimits(
                                    HttpServerConfig.Limits.defaults()
                                            .withOutbound(
                                                    new HttpServerConfig.Outbound(
                                                            10_000, 200_000, 64 << 20))),
                    List.of(new HttpRoute("/mcp", mcp.endpoint()::handle)),
                    event -> events.add((HttpEvent) event),
                    new ByteBudget(1 << 30),
                    unsent);

    @AfterEach
    void close() {
        mcp.close();
        http.close(Duration.ZERO);
    }

    private static ServerLimits limits() {
        ServerLimits all = ServerLimits.DEFAULTS;
        SessionLimits usual = all.sessions();
        SessionLimits sessions =
                new SessionLimits(
                        usual.caps(),
                        usual.idleExpiry(),
                        usual.initializeTimeout(),
                        usual.maxSubscriptions(),
                        usual.maxListenStreams(),
                        usual.maxStreamsPerCaller(),
                        usual.maxQuestions(),
                        new SessionLimits.EventBounds(1000, 64 << 20, 1 << 30),
                        usual.kept(),
                        SHORT,
                        usual.json());
        return new ServerLimits(all.calls(), sessions, all.catalogs(), all.stateLifetime());
    }

    /** Talks until it is told to stop. */
    private CallToolResult flood(CallContext call) {
        for (int i = 0; !call.isCancelled(); i++) {
            call.progress(i, null, PIECE);
        }
        cancelled.incrementAndGet();
        return CallToolResult.text("stopped");
    }

    private CallToolResult much(CallContext call) {
        for (int i = 0; i < PIECES; i++) {
            call.progress(i, null, PIECE);
        }
        done.incrementAndGet();
        return CallToolResult.text("all told");
    }

    private static String modern(String tool) {
        return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept:"
                + " application/json, text/event-stream\r\nMCP-Protocol-Version:"
                + " 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: "
                + tool
                + "\r\n"
                + body(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{"
                                + "\"name\":\""
                                + tool
                                + "\",\"_meta\":{"
                                + MODERN
                                + "}}}");
    }

    private static String body(String json) {
        return "Content-Length: " + json.length() + "\r\n\r\n" + json;
    }

    private static String legacy(String headers, String json) {
        return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept:"
                + " application/json, text/event-stream\r\n"
                + headers
                + body(json);
    }

    private int cut() {
        return (int) events.stream().filter(HttpEvent.SlowReaderCut.class::isInstance).count();
    }

    @Test
    @Timeout(60)
    void modernCallsOfPeersThatDoNotReadAreCancelledAndNobodyElseWaits() throws Exception {
        int stalled = 20;
        List<RawClient> deaf = new ArrayList<>();
        try (RawClient healthy = new RawClient(http.port())) {
            for (int i = 0; i < stalled; i++) {
                deaf.add(new RawClient(http.port(), 4096).send(modern("flood")));
            }
            for (int asked = 0; cancelled.get() < stalled; asked++) {
                long start = System.nanoTime();
                healthy.send(modern("echo"));
                assertThat(healthy.answer().text()).contains("hi");
                assertThat(System.nanoTime() - start)
                        .as("call %d beside stalled peers", asked)
                        .isLessThan(Duration.ofSeconds(5).toNanos());
            }
            await().untilAsserted(() -> assertThat(cut()).isEqualTo(stalled));
            await().until(() -> mcp.inFlight() == 0 && unsent.usedBytes() == 0);
        } finally {
            for (RawClient client : deaf) {
                client.close();
            }
        }
    }

    @Test
    @Timeout(60)
    @Requirement("proto.sub-filter")
    void whatManyDoNotReadIsCountedOnceForAllOfThem() throws Exception {
        int listeners = 40;
        int updates = 1_000;
        List<RawClient> deaf = new ArrayList<>();
        try (RawClient healthy = new RawClient(http.port())) {
            for (int i = 0; i < listeners; i++) {
                RawClient client = new RawClient(http.port(), 4096).send(listen(i));
                deaf.add(client);
                assertThat(client.answer().status()).isEqualTo(200);
                assertThat(client.chunk()).contains("acknowledged");
            }
            for (int i = 0; i < updates; i++) {
                mcp.resourceUpdated(URI);
            }
            healthy.send(modern("echo"));
            assertThat(healthy.answer().text()).contains("hi");
            long each = (long) updates * URI.length();
            // once for all, and for each its places in the queue and what the channel got
            assertThat(unsent.usedBytes())
                    .isBetween(each / 4, each + listeners * (each / 10 + 64 * 1024));
        } finally {
            for (RawClient client : deaf) {
                client.close();
            }
        }
        await().until(() -> unsent.usedBytes() == 0);
    }

    @Test
    @Timeout(60)
    void callsThatTalkToNobodyLeaveRoomForThoseWhoRead() throws Exception {
        ByteBudget small = new ByteBudget(16 << 20);
        HttpServer other =
                HttpServer.start(
                        HttpServerConfig.defaults().withPort(0),
                        List.of(new HttpRoute("/mcp", mcp.endpoint()::handle)),
                        event -> {},
                        new ByteBudget(1 << 30),
                        small);
        List<RawClient> deaf = new ArrayList<>();
        // each may hold 256 KB and is 100 KB behind that: more than all together may
        int talkers = 60;
        try (RawClient healthy = new RawClient(other.port())) {
            for (int i = 0; i < talkers; i++) {
                deaf.add(new RawClient(other.port(), 4096).send(modern("flood")));
            }
            long most = 0;
            while (cancelled.get() < talkers) {
                healthy.send(modern("echo"));
                RawClient.Answer answer = healthy.answer();
                assertThat(answer.status()).isEqualTo(200);
                most = Math.max(most, small.usedBytes());
            }
            assertThat(most).isBetween(small.limitBytes() / 4, small.limitBytes() - 1);
        } finally {
            for (RawClient client : deaf) {
                client.close();
            }
            other.close(Duration.ZERO);
        }
    }

    private static String listen(int id) {
        return "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept:"
                + " application/json, text/event-stream\r\nMCP-Protocol-Version:"
                + " 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n"
                + body(
                        "{\"jsonrpc\":\"2.0\",\"id\":"
                                + id
                                + ",\"method\":\"subscriptions/listen\",\"params\":{"
                                + "\"notifications\":{\"resourceSubscriptions\":[\""
                                + URI
                                + "\"]},\"_meta\":{"
                                + MODERN
                                + "}}}");
    }

    @Test
    void aNodeThatHoldsTooMuchUnsentSaysSoAndRecovers() throws Exception {
        unsent.charge(unsent.limitBytes());
        try (RawClient client = new RawClient(http.port())) {
            client.send(modern("echo"));
            RawClient.Answer refusal = client.answer();
            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal.text()).contains(unsent.limitBytes() + " bytes", "yet to read");
        }
        unsent.release(unsent.limitBytes());
        try (RawClient client = new RawClient(http.port())) {
            client.send(modern("echo"));
            assertThat(client.answer().text()).contains("hi");
        }
    }

    @Test
    @Requirement("transport.sse.resume")
    void aLegacyCallGoesOnWhenItsPeerIsCutAndItsEventsWaitInTheLog() throws Exception {
        String session;
        try (RawClient client = new RawClient(http.port())) {
            client.send(
                    legacy(
                            "",
                            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
                                    + "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                                    + "\"clientInfo\":{\"name\":\"c\",\"version\":\"1\"}}}"));
            session = "Mcp-Session-Id: " + client.answer().header("mcp-session-id") + "\r\n";
        }
        String first;
        try (RawClient deaf = new RawClient(http.port(), 4096)) {
            deaf.send(
                    legacy(
                            session,
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{"
                                    + "\"name\":\"much\",\"_meta\":{\"progressToken\":1}}}"));
            deaf.answer();
            first = deaf.chunk().lines().findFirst().orElseThrow().replace("id: ", "");
            await().untilAtomic(done, it -> assertThat(it).isEqualTo(1));
            await().untilAsserted(() -> assertThat(cut()).isEqualTo(1));
        }
        try (RawClient back = new RawClient(http.port())) {
            back.send(
                    "GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                            + session
                            + "Last-Event-ID: "
                            + first
                            + "\r\n\r\n");
            assertThat(back.answer().status()).isEqualTo(200);
            for (int i = 0; i < PIECES; i++) {
                assertThat(back.chunk()).contains("notifications/progress", "\"progress\":" + i);
            }
            assertThat(back.chunk()).contains("all told");
        }
    }
}
