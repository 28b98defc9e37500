package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cap of all sessions while the disk takes no deletes: connections are refused too. */
@Requirement({"R28", "R04", "session.manager"})
class StuckRoomTest {
    private static final String INITIALIZE =
            "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':"
                    + "'2025-11-25','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}";
    private static final Duration UNUSED = SessionLimits.DEFAULTS.caps().unused();

    private final ManualTime time = new ManualTime();
    private final CountingStore store = new CountingStore();
    private McpServer server = start();

    private McpServer start() {
        return new Fixture()
                .builder()
                .authenticator(Fixture.BY_NAME)
                .sessions(store, EventLogs.inMemory(Instant.now(), SessionLimits.DEFAULTS.events()))
                .limits(Fixture.limits(Fixture.sessions().caps(2, 100, 100).build()))
                .time(time)
                .build();
    }

    @AfterEach
    void close() {
        Awaitility.reset();
        server.close();
    }

    private String overHttp() throws InterruptedException {
        return Objects.requireNonNull(
                ProbeHttp.post(INITIALIZE)
                        .as("ann")
                        .to(server.endpoint())
                        .answer()
                        .responseHeader("Mcp-Session-Id"));
    }

    private int ping(String session) throws InterruptedException {
        return ProbeHttp.post("{'jsonrpc':'2.0','id':1,'method':'ping'}")
                .as("ann")
                .with("Mcp-Session-Id", session)
                .to(server.endpoint())
                .answer()
                .status;
    }

    private boolean connects() throws InterruptedException {
        return ProbeConnection.as("bob", "10.0.0.1", server.endpoint())
                .ask(INITIALIZE)
                .has("result");
    }

    @Test
    void whereSessionsOfAnEarlierProcessCannotGoConnectionsAreRefused() throws Exception {
        overHttp();
        overHttp();
        server.close();
        server = start();
        time.pass(UNUSED);
        store.forgetsNothing = true;
        assertThat(connects()).isTrue();
        await().until(() -> !connects());
        int open = server.openSessions();
        for (int i = 0; i < 10; i++) {
            assertThat(connects()).isFalse();
        }
        assertThat(server.openSessions()).isEqualTo(open);
        store.forgetsNothing = false;
        await().until(this::connects);
        await().until(() -> store.size() == 0);
    }

    @Test
    void whereASessionThatWentIsNotForgottenNoOtherGoes() throws Exception {
        String first = overHttp();
        time.pass(Duration.ofSeconds(1));
        String second = overHttp();
        time.pass(UNUSED);
        store.forgetsNothing = true;
        assertThat(connects()).isTrue();
        await().until(() -> store.refusals.get() > 0);
        await().until(() -> !connects());
        assertThat(ping(first)).isEqualTo(404);
        assertThat(ping(second)).isEqualTo(200);
        store.forgetsNothing = false;
        await().until(() -> !connects() && store.size() == 1);
    }

    @Test
    void aSessionThatCannotBeForgottenBecauseOfWhatItIsLetsNobodyInBeyondTheCap() throws Exception {
        Awaitility.doNotCatchUncaughtExceptionsByDefault(); // it is told that it cannot
        store.unreadable = overHttp();
        time.pass(Duration.ofSeconds(1));
        overHttp();
        time.pass(UNUSED);
        assertThat(connects()).isTrue();
        await().until(() -> !connects());
        assertThat(server.openSessions()).isLessThan(10);
        time.pass(UNUSED.multipliedBy(2));
        await().until(this::connects);
        assertThat(store.kept.read(store.unreadable)).isPresent();
    }

    @Test
    void aSessionThatCannotBeStoredTakesNobodysPlace() throws Exception {
        String first = overHttp();
        String second = overHttp();
        time.pass(UNUSED.multipliedBy(2));
        store.isFull = true;
        for (int i = 0; i < 3; i++) {
            ProbeHttp refused = ProbeHttp.post(INITIALIZE).as("ann").to(server.endpoint()).answer();
            assertThat(refused.status).isEqualTo(503);
        }
        store.isFull = false;
        assertThat(ping(first)).isEqualTo(200);
        assertThat(ping(second)).isEqualTo(200);
        time.pass(UNUSED.multipliedBy(2));
        overHttp();
        assertThat(store.size()).isEqualTo(2);
        assertThat(server.openSessions()).isEqualTo(2);
    }
}
