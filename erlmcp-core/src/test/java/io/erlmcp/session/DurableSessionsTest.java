package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.observability.Event;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions in a store that outlives the server: here one in memory that says that it does. */
@Requirement("session.persist")
class DurableSessionsTest {
    private final CountingStore store = new CountingStore();
    private final Fixture fixture = new Fixture();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private McpServer server = start();

    private McpServer start() {
        return fixture.builder()
                .authenticator(Fixture.BY_NAME)
                .observer(events::add)
                .sessions(store, EventLogs.inMemory(Instant.now(), SessionLimits.DEFAULTS.events()))
                .build();
    }

    private void restart() {
        server.close();
        server = start();
    }

    @AfterEach
    void close() {
        fixture.release.countDown();
        server.close();
    }

    private ProbeHttp initialize() throws InterruptedException {
        return ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':"
                            + "'2025-11-25','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}")
                .as("ann read")
                .to(server.endpoint())
                .answer();
    }

    private String session() throws InterruptedException {
        return Objects.requireNonNull(initialize().responseHeader("Mcp-Session-Id"));
    }

    private ProbeHttp post(String session, String caller, String method, String params) {
        return ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':1,'method':'"
                                + method
                                + "','params':"
                                + params
                                + "}")
                .as(caller)
                .with("Mcp-Session-Id", session)
                .to(server.endpoint());
    }

    private int call(String session, String caller) throws InterruptedException {
        return post(session, caller, "tools/call", "{'name':'echo'}").answer().status;
    }

    @Test
    @Requirement("R01")
    void aServerThatStartsServesTheSessionsOfTheOneBefore() throws Exception {
        String session = session();
        restart();
        assertThat(call(session, "ann read")).isEqualTo(200);
        assertThat(server.openSessions()).isEqualTo(1);
    }

    @Test
    @Requirement("security.sessions")
    void aRevivedSessionIsItsPrincipalsAndItsScopes() throws Exception {
        String session = session();
        restart();
        assertThat(call(session, "bob read")).isEqualTo(404);
        assertThat(call(session, "ann read write")).isEqualTo(404);
        assertThat(call(session, "ann")).isEqualTo(404);
        assertThat(call(session, "ann read")).isEqualTo(200);
        assertThat(call(session, "bob read")).isEqualTo(404);
    }

    @Test
    void whatTheSessionSaidIsThereAgain() throws Exception {
        String session = session();
        post(session, "ann read", "resources/subscribe", "{'uri':'test://one'}").answer();
        post(session, "ann read", "logging/setLevel", "{'level':'error'}").answer();
        restart();
        assertThat(call(session, "ann read")).isEqualTo(200);
        ProbeHttp stream =
                ProbeHttp.get()
                        .as("ann read")
                        .with("Mcp-Session-Id", session)
                        .to(server.endpoint())
                        .answer();
        assertThat(stream.event().data()).isEmpty();
        server.resourceUpdated("test://one");
        assertThat(stream.event().json().requireString("method"))
                .isEqualTo("notifications/resources/updated");
        assertThat(store.kept.read(session).orElseThrow().logLevel().name()).isEqualTo("ERROR");
    }

    @Test
    void plainCallsOfALiveSessionTouchNoStore() throws Exception {
        String session = session();
        restart();
        assertThat(call(session, "ann read")).isEqualTo(200);
        int reads = store.reads.get();
        int writes = store.writes.get();
        for (int i = 0; i < 10; i++) {
            assertThat(call(session, "ann read")).isEqualTo(200);
        }
        assertThat(store.reads.get()).isEqualTo(reads);
        assertThat(store.writes.get()).isEqualTo(writes);
    }

    private static String namedComponent(ProbeHttp refused) {
        return Json.parseObject(refused.responseBody)
                .requireObject("error")
                .requireObject("data")
                .requireString("component");
    }

    private int change(String session) throws InterruptedException {
        return post(session, "ann read", "logging/setLevel", "{'level':'error'}").answer().status;
    }

    @Test
    @Requirement("R04")
    void aStoreThatCannotTellMeansComeBackLaterAndNeverUnknown() throws Exception {
        String session = session();
        restart();
        store.isBroken = true;
        ProbeHttp refused = post(session, "ann read", "tools/call", "{'name':'echo'}").answer();
        assertThat(refused.status).isEqualTo(503);
        assertThat(refused.responseHeader("Retry-After")).isEqualTo("1");
        ProbeHttp unopened = initialize();
        assertThat(unopened.responseHeader("Mcp-Session-Id")).isNull();
        assertThat(unopened.status).isEqualTo(503);
        assertThat(unopened.responseHeader("Retry-After")).isEqualTo("1");
        assertThat(unopened.responseBody).contains("the store is not available", "-31001");
        assertThat(namedComponent(unopened)).isEqualTo("store");
        store.isBroken = false;
        assertThat(call(session, "ann read")).isEqualTo(200);
        store.isBroken = true;
        assertThat(change(session)).as("of a session that is live").isEqualTo(503);
        store.isBroken = false;
        assertThat(change(session)).isEqualTo(200);
    }

    private int end(String session) throws InterruptedException {
        return ProbeHttp.delete()
                .as("ann read")
                .with("Mcp-Session-Id", session)
                .to(server.endpoint())
                .answer()
                .status;
    }

    @Test
    @Requirement("R04")
    void aSessionThatCouldNotBeForgottenIsBeforeTheServerStops() throws Exception {
        String session = session();
        store.isBroken = true;
        assertThat(end(session)).isEqualTo(503);
        store.isBroken = false;
        restart();
        assertThat(store.size()).isZero();
        assertThat(call(session, "ann read")).isEqualTo(404);
        assertThat(events).noneMatch(it -> it instanceof SessionEvent.EndedSessionsLeft);
    }

    @Test
    @Requirement("R04")
    void whatIsLeftBehindBecauseTheStoreTookNoDeletesIsTold() throws Exception {
        String session = session();
        store.forgetsNothing = true;
        assertThat(end(session)).isEqualTo(503);
        assertThat(call(session, "ann read")).isEqualTo(404);
        restart();
        assertThat(events)
                .filteredOn(it -> it instanceof SessionEvent.EndedSessionsLeft)
                .singleElement()
                .satisfies(
                        it ->
                                assertThat(it.toString())
                                        .contains("count=1", "the disk takes no writes")
                                        .doesNotContain(session));
        assertThat(call(session, "ann read")).as("nothing says that it has ended").isEqualTo(200);
    }

    @Test
    void aSessionThatIsEndedIsGoneFromTheStore() throws Exception {
        String session = session();
        ProbeHttp end = ProbeHttp.delete().as("ann read").with("Mcp-Session-Id", session);
        assertThat(end.to(server.endpoint()).answer().status).isEqualTo(204);
        assertThat(store.size()).isZero();
        restart();
        assertThat(call(session, "ann read")).isEqualTo(404);
    }
}
