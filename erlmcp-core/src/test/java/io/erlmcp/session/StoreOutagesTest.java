package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.protocol.McpException;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ends while the store is out of order is forgotten once it is not. */
@Requirement({"session.persist", "R04", "R28"})
class StoreOutagesTest {
    private static final Duration EXPIRY = SessionLimits.DEFAULTS.idleExpiry();

    private final ManualTime time = new ManualTime();
    private final CountingStore store = new CountingStore();
    private final Fixture fixture = new Fixture();
    private final McpServer server =
            fixture.builder()
                    .authenticator(Fixture.BY_NAME)
                    .sessions(
                            store,
                            EventLogs.inMemory(Instant.now(), SessionLimits.DEFAULTS.events()))
                    .time(time)
                    .build();

    @AfterEach
    void close() {
        Awaitility.reset();
        store.isBroken = false;
        server.close();
    }

    private ServerEndpoint endpoint() {
        return (ServerEndpoint) server.endpoint();
    }

    private ProbeHttp initialize() throws InterruptedException {
        return ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':"
                            + "'2025-11-25','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}")
                .as("ann")
                .to(server.endpoint())
                .answer();
    }

    private String session() throws InterruptedException {
        return Objects.requireNonNull(initialize().responseHeader("Mcp-Session-Id"));
    }

    private int status(ProbeHttp request, String session) throws InterruptedException {
        return request.as("ann")
                .with("Mcp-Session-Id", session)
                .to(server.endpoint())
                .answer()
                .status;
    }

    private int call(String session) throws InterruptedException {
        return status(
                ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'echo'}}"),
                session);
    }

    private void sweepUntilTheStoreHas(int sessions) {
        await().until(
                        () -> {
                            endpoint().expire();
                            return store.size() == sessions;
                        });
    }

    @Test
    void sessionsThatWereIdleForTooLongEndAllAndAreForgottenLater() throws Exception {
        List<String> all = List.of(session(), session(), session());
        store.isBroken = true; // first, for the timer sweeps too
        time.pass(EXPIRY.plusNanos(1));
        endpoint().expire();
        await().until(() -> server.openSessions() == 0);
        assertThat(store.size()).isEqualTo(3);
        for (String session : all) {
            assertThat(call(session)).isEqualTo(404);
        }
        store.isBroken = false;
        assertThat(call(all.getFirst())).isEqualTo(404);
        sweepUntilTheStoreHas(0);
    }

    @Test
    void aSessionThatItsClientEndedIsNotRevivedAndIsForgottenLater() throws Exception {
        String session = session();
        store.isBroken = true;
        assertThat(status(ProbeHttp.delete(), session)).isEqualTo(503);
        assertThat(store.size()).isEqualTo(1);
        store.isBroken = false;
        assertThat(call(session)).isEqualTo(404);
        sweepUntilTheStoreHas(0);
    }

    @Test
    void aSessionThatWasStoredAfterItsClientWasSentAwayIsForgotten() throws Exception {
        store.isLate = true;
        store.forgetsNothing = true; // for the timer sweeps too
        assertThat(initialize().status).isEqualTo(503);
        store.isLate = false;
        assertThat(store.size()).isEqualTo(1);
        store.forgetsNothing = false;
        sweepUntilTheStoreHas(0);
    }

    @Test
    void theSweepGoesOnAfterItCouldNotBegin() throws Exception {
        session();
        time.pass(EXPIRY.plusNanos(1));
        store.isMad = true;
        assertThatThrownBy(() -> endpoint().expire()).hasMessage("a bug");
        store.isMad = false;
        sweepUntilTheStoreHas(0);
    }

    @Test
    void theSweepForgetsTheOthersWhereOneCannotBeForgotten() throws Exception {
        session();
        store.unreadable = session();
        session();
        time.pass(EXPIRY.plusNanos(1));
        Awaitility.doNotCatchUncaughtExceptionsByDefault(); // the sweep's, which tells of the one
        sweepUntilTheStoreHas(1);
        assertThat(store.kept.read(store.unreadable)).isPresent();
        assertThat(call(store.unreadable)).isEqualTo(404);
    }

    @Test
    void theSweepGoesOnWhenTooMuchWaitedForTheStoreOnce() throws Exception {
        session();
        CountDownLatch release = new CountDownLatch(1);
        waitAsOftenAsPossible(release);
        time.pass(EXPIRY.plusNanos(1)); // now, when the timer's sweep cannot begin either
        endpoint().expire();
        assertThat(server.openSessions()).isEqualTo(1);
        release.countDown();
        sweepUntilTheStoreHas(0);
    }

    private void waitAsOftenAsPossible(CountDownLatch release) {
        int waiting = 0;
        while (waiting < SessionLimits.MAX_STORE_WAITS) {
            try {
                endpoint().aside("waits", () -> pause(release));
                waiting++;
            } catch (McpException theSweepHasOne) {
                Thread.onSpinWait();
            }
        }
    }

    private static void pause(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
