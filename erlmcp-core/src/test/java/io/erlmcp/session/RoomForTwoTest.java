package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.Event;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that are opened at the same time at the cap end no more others than need be. */
@Requirement({"R28", "session.manager"})
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RoomForTwoTest {
    private static final int CAP = 4;
    private static final String INITIALIZE =
            "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':"
                    + "'2025-11-25','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}";

    private final ManualTime time = new ManualTime();
    private final CountingStore store = new CountingStore();
    private final List<Event> events = new CopyOnWriteArrayList<>();

    /** Passed by two creations, and by the test where it wants to. */
    private final CyclicBarrier barrier = new CyclicBarrier(2);

    private McpServer server = start(CAP, 100);

    private McpServer start(int all, int perPrincipal) {
        return new Fixture()
                .builder()
                .authenticator(Fixture.BY_NAME)
                .sessions(store, EventLogs.inMemory(Instant.now(), SessionLimits.DEFAULTS.events()))
                .limits(Fixture.limits(Fixture.sessions().caps(all, perPrincipal, 100).build()))
                .time(time)
                .observer(events::add)
                .build();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void meet() {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError("nobody came", e);
        }
    }

    private ProbeHttp initialize(String user) {
        return ProbeHttp.post(INITIALIZE).as(user).to(server.endpoint());
    }

    private static String id(ProbeHttp opened) throws InterruptedException {
        return Objects.requireNonNull(
                opened.answer().responseHeader("Mcp-Session-Id"), opened.responseBody);
    }

    /** As many as there may be, each unused for a second less than the one before it. */
    private List<String> full(int count) throws InterruptedException {
        List<String> ids = new CopyOnWriteArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(id(initialize("ann")));
            time.pass(Duration.ofSeconds(1));
        }
        time.pass(SessionLimits.DEFAULTS.caps().unused());
        return ids;
    }

    private int ping(String session) throws InterruptedException {
        return ProbeHttp.post("{'jsonrpc':'2.0','id':1,'method':'ping'}")
                .as("ann")
                .with("Mcp-Session-Id", session)
                .to(server.endpoint())
                .answer()
                .status;
    }

    private long evicted() {
        return events.stream().filter(SessionEvent.SessionsEvicted.class::isInstance).count();
    }

    /** Many times: what one of two picked, and need not end, was once forgotten now and then. */
    @RepeatedTest(200)
    void twoAtTheCapOfAllEndTheTwoThatWereUnusedForLongest() throws Exception {
        List<String> old = full(CAP);
        store.beforeCreate = this::meet;
        ProbeHttp one = initialize("ann");
        ProbeHttp other = initialize("ann");
        List<String> fresh = List.of(id(one), id(other));
        assertThat(server.openSessions()).isEqualTo(CAP);
        assertThat(store.size()).isEqualTo(CAP);
        assertThat(evicted()).isEqualTo(2);
        assertThat(ping(old.get(0))).isEqualTo(404);
        assertThat(ping(old.get(1))).isEqualTo(404);
        for (String kept : List.of(old.get(2), old.get(3), fresh.get(0), fresh.get(1))) {
            assertThat(ping(kept)).isEqualTo(200);
        }
    }

    @Test
    void soTheyDoAtTheCapOfTheirPrincipal() throws Exception {
        server.close();
        server = start(100, CAP);
        List<String> old = full(CAP);
        store.beforeCreate = this::meet;
        ProbeHttp one = initialize("ann");
        ProbeHttp other = initialize("ann");
        id(one);
        id(other);
        assertThat(server.openSessions()).isEqualTo(CAP);
        assertThat(evicted()).isEqualTo(2);
        assertThat(ping(old.get(2))).isEqualTo(200);
        assertThat(ping(old.get(3))).isEqualTo(200);
    }

    @Test
    void whereThereIsRoomForOneOfTheTwoOneEndsForTheOther() throws Exception {
        List<String> old = full(CAP - 1);
        AtomicInteger going = new AtomicInteger();
        CountDownLatch mayGo = new CountDownLatch(1);
        store.beforeCreate = this::meet;
        store.beforeDelete =
                () -> {
                    going.incrementAndGet();
                    awaitLatch(mayGo);
                };
        ProbeHttp one = initialize("ann");
        ProbeHttp other = initialize("ann");
        // the other has looked while the first is on its way out
        await().until(() -> going.get() == 2 || one.status + other.status != 0);
        mayGo.countDown();
        List<String> fresh = List.of(id(one), id(other));
        assertThat(evicted()).isEqualTo(1);
        assertThat(server.openSessions()).isEqualTo(CAP);
        assertThat(ping(old.get(0))).isEqualTo(404);
        for (String kept : List.of(old.get(1), old.get(2), fresh.get(0), fresh.get(1))) {
            assertThat(ping(kept)).isEqualTo(200);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody waits for it", e);
        }
    }

    @Test
    void whereRoomWasMadeWhileASessionWasStoredNoneEndsForIt() throws Exception {
        List<String> old = full(CAP);
        store.beforeCreate =
                () -> {
                    meet(); // it is about to be stored, and has picked who is to go
                    meet(); // somebody else has left
                };
        ProbeHttp fresh = initialize("ann");
        meet();
        ProbeHttp left =
                ProbeHttp.delete()
                        .as("ann")
                        .with("Mcp-Session-Id", old.get(3))
                        .to(server.endpoint())
                        .answer();
        assertThat(left.status).isEqualTo(204);
        meet();
        assertThat(ping(id(fresh))).isEqualTo(200);
        assertThat(evicted()).isZero();
        for (String kept : old.subList(0, 3)) {
            assertThat(ping(kept)).isEqualTo(200);
        }
    }
}
