package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.TaskSupport;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.Restraint;
import io.erlmcp.resilience.Room;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server lets in while the node holds back: no more than there was, by any way in. */
@Requirement({"degradation.actions", "degradation.points", "guardian.degrade-action"})
class HoldingBackTest {
    private static final String META =
            "'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                    + "'io.modelcontextprotocol/clientCapabilities':"
                    + "{'extensions':{'io.modelcontextprotocol/tasks':{}}}}";
    private static final String LISTEN =
            "{'jsonrpc':'2.0','id':7,'method':'subscriptions/listen','params':{'notifications':{},"
                    + META
                    + "}}";
    private static final String SUBSCRIBE =
            "{'jsonrpc':'2.0','id':8,'method':'resources/subscribe','params':{'uri':'test://one'}}";

    private final CountDownLatch release = new CountDownLatch(1);
    private final Brake brake = new Brake();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final McpServer server =
            new Fixture()
                    .builder()
                    .authenticator(Fixture.BY_NAME)
                    .brake(brake)
                    .observer(events::add)
                    .add(
                            ToolSpec.of(
                                            "work",
                                            (arguments, call) -> {
                                                release.await();
                                                return CallToolResult.text("worked");
                                            })
                                    .taskSupport(TaskSupport.OPTIONAL))
                    .build();

    @AfterEach
    void close() {
        release.countDown();
        server.close();
    }

    /** As the guardian does it: what is open now is all there may be. */
    private void hold() {
        hold(
                new Room(
                        Integer.MAX_VALUE,
                        server.openSessions(),
                        server.openStreams(),
                        server.runningTasks()));
    }

    private void hold(Room room) {
        brake.set(new Restraint(true, 1_000, 50, room, true, "the node is short of resources"));
    }

    private static String initialize(String revision) {
        return "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':'"
                + revision
                + "','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}";
    }

    private ProbeHttp opened() throws InterruptedException {
        return ProbeHttp.post(initialize("2025-11-25")).as("ann").to(server.endpoint()).answer();
    }

    private String session() throws InterruptedException {
        return Objects.requireNonNull(opened().responseHeader("Mcp-Session-Id"));
    }

    private ProbeHttp get(String session) throws InterruptedException {
        return ProbeHttp.get()
                .as("ann")
                .with("Mcp-Session-Id", session)
                .to(server.endpoint())
                .answer();
    }

    private ProbeHttp post(String session, String body) throws InterruptedException {
        return ProbeHttp.post(body)
                .as("ann")
                .with("Mcp-Session-Id", session)
                .to(server.endpoint())
                .answer();
    }

    private ProbeHttp modern(String method, String name, String body) throws InterruptedException {
        return ProbeHttp.post(body)
                .as("ann")
                .with("MCP-Protocol-Version", "2026-07-28")
                .with("Mcp-Method", method)
                .with("Mcp-Name", name)
                .to(server.endpoint())
                .answer();
    }

    private ProbeHttp sse() throws InterruptedException {
        return ProbeHttp.get().as("ann").toSse(server.endpoint()).answer();
    }

    private ProbeConnection connection() {
        return ProbeConnection.as("ann", "127.0.0.1", server.endpoint());
    }

    private static void isHeldBack(ProbeHttp refused, int status, String what) throws Exception {
        assertThat(refused.status).isEqualTo(status);
        assertThat(refused.responseHeader("Retry-After")).isEqualTo("2");
        isHeldBack(refused.json(), what);
    }

    private static void isHeldBack(JsonObject answer, String what) {
        JsonObject error = answer.requireObject("error");
        assertThat(error.integer("code")).hasValue((long) ErrorCode.OVERLOADED);
        assertThat(error.requireString("message"))
                .startsWith("Overloaded: the node is short of resources; no new " + what);
        assertThat(error.requireObject("data").integer("retryAfterMs")).hasValue(2_000L);
    }

    private long counted(String what) {
        return events.stream().filter(new DispatchEvent.HeldBack(what)::equals).count();
    }

    @Test
    void noTransportOpensASessionBeyondThoseThatThereWere() throws Exception {
        String there = session();
        ProbeHttp stream = sse();
        String post = stream.event().data();
        hold();
        isHeldBack(opened(), 429, "session beyond 1");
        isHeldBack(connection().ask(initialize("2025-11-25")), "session beyond 1");
        ProbeHttp.post(initialize("2024-11-05"))
                .query(post.substring(post.indexOf('?') + 1))
                .as("ann")
                .toSse(server.endpoint());
        isHeldBack(stream.event().json(), "session beyond 1");
        assertThat(counted("session")).isEqualTo(3);
        assertThat(post(there, "{'jsonrpc':'2.0','id':1,'method':'ping'}").status).isEqualTo(200);
        brake.set(Restraint.NONE);
        assertThat(opened().status).isEqualTo(200);
    }

    @Test
    void aPeerThatWasRefusedMayTryAgainOnItsConnection() throws Exception {
        hold();
        ProbeConnection peer = connection();
        isHeldBack(peer.ask(initialize("2025-11-25")), "session for now");
        hold(new Room(9, 1, 0, 0));
        assertThat(peer.ask(initialize("2025-11-25")).has("result")).isTrue();
        isHeldBack(connection().ask(initialize("2025-11-25")), "session beyond 1");
    }

    @Test
    void noStreamIsOpenedBeyondThoseThatThereWereAndABrokenOneIsResumed() throws Exception {
        String session = session();
        ProbeHttp listening = modern("subscriptions/listen", "", LISTEN);
        ProbeHttp there = get(session);
        String last = String.valueOf(there.event().id());
        assertThat(server.openStreams()).isEqualTo(2);
        hold();
        isHeldBack(modern("subscriptions/listen", "", LISTEN), 429, "stream beyond 2");
        isHeldBack(connection().ask(LISTEN), "stream beyond 2");
        isHeldBack(get(session), 503, "stream beyond 2");
        isHeldBack(sse(), 503, "stream beyond 2");
        assertThat(counted("stream")).isEqualTo(4);
        assertThat(listening.hasEnded()).isFalse();
        there.disconnect();
        ProbeHttp resumed =
                ProbeHttp.get()
                        .as("ann")
                        .with("Mcp-Session-Id", session)
                        .with("Last-Event-ID", last)
                        .to(server.endpoint())
                        .answer();
        assertThat(resumed.status).isEqualTo(200);
        assertThat(server.openStreams()).isEqualTo(2);
        listening.disconnect();
        assertThat(sse().status).as("a place came back").isEqualTo(200);
    }

    @Test
    void noSubscriptionIsAddedWhileUpdatesWait() throws Exception {
        String session = session();
        hold();
        isHeldBack(post(session, SUBSCRIBE), 429, "subscription for now");
        hold(new Room(9, 9, 9, 9));
        String updates = "'notifications':{'resourceSubscriptions':['test://one']}";
        String listen = LISTEN.replace("'notifications':{}", updates);
        isHeldBack(modern("subscriptions/listen", "", listen), 429, "subscription for now");
        isHeldBack(connection().ask(listen), "subscription for now");
        assertThat(counted("subscription")).isEqualTo(3);
        assertThat(modern("subscriptions/listen", "", LISTEN).status)
                .as("one that hears of no resource")
                .isEqualTo(200);
        brake.set(new Restraint(true, 1_000, 60, Room.NONE, false, "on the way back"));
        assertThat(post(session, SUBSCRIBE).json().has("result")).isTrue();
        brake.set(Restraint.NONE);
        assertThat(modern("subscriptions/listen", "", listen).status).isEqualTo(200);
    }

    @Test
    void noTaskIsBegunBeyondThoseThatRan() throws Exception {
        String call =
                "{'jsonrpc':'2.0','id':3,'method':'tools/call','params':{'name':'work',"
                        + META
                        + "}}";
        String wish =
                "{'jsonrpc':'2.0','id':4,'method':'tools/call','params':{'name':'work','task':{}}}";
        String session = session();
        assertThat(modern("tools/call", "work", call).json().has("result")).isTrue();
        hold();
        isHeldBack(modern("tools/call", "work", call), 429, "task beyond 1");
        isHeldBack(post(session, wish), 429, "task beyond 1");
        assertThat(counted("task")).isEqualTo(2);
        assertThat(server.runningTasks()).isEqualTo(1);
        hold(new Room(9, 9, 9, 2));
        assertThat(post(session, wish).json().has("result")).isTrue();
    }
}
