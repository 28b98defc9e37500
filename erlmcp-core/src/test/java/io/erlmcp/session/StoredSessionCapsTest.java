package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that an earlier process stored count, whether their client came back or not. */
@Requirement({"R28", "session.manager", "session.persist"})
class StoredSessionCapsTest {
    private static final String INITIALIZE =
            "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':"
                    + "'2025-11-25','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}";
    private static final Duration UNUSED = SessionLimits.DEFAULTS.caps().unused();

    /** In memory, but it says that it lasts; no event loop may ask it. */
    private static final class Lasting implements SessionStore {
        private final MemorySessionStore kept = new MemorySessionStore();
        private final AtomicInteger lists = new AtomicInteger();

        private MemorySessionStore store() {
            assertThat(Thread.currentThread().isVirtual()).isTrue();
            return kept;
        }

        @Override
        public boolean isDurable() {
            return true;
        }

        @Override
        public void create(SessionRecord session) {
            store().create(session);
        }

        @Override
        public Optional<SessionRecord> read(String id) {
            return store().read(id);
        }

        @Override
        public boolean update(SessionRecord session) {
            return store().update(session);
        }

        @Override
        public void put(SessionRecord session) {
            store().put(session);
        }

        @Override
        public boolean delete(String id) {
            return store().delete(id);
        }

        @Override
        public List<Place> listByAge(@Nullable Place after, int limit) {
            return store().listByAge(after, limit);
        }

        @Override
        public List<String> listByPrincipal(String principal, int limit) {
            lists.incrementAndGet();
            return store().listByPrincipal(principal, limit);
        }

        @Override
        public int size() {
            return kept.size();
        }
    }

    private final Lasting store = new Lasting();
    private final ManualTime time = new ManualTime();
    private final Fixture fixture = new Fixture();
    private McpServer server = start(100, 3, 100);

    private McpServer start(int all, int perPrincipal, int perAddress) {
        return fixture.builder()
                .authenticator(Fixture.BY_NAME)
                .sessions(store, EventLogs.inMemory(Instant.now(), SessionLimits.DEFAULTS.events()))
                .limits(
                        Fixture.limits(
                                Fixture.sessions().caps(all, perPrincipal, perAddress).build()))
                .time(time)
                .build();
    }

    private void restart(int all, int perPrincipal, int perAddress) {
        server.close();
        server = start(all, perPrincipal, perAddress);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private ProbeHttp initialize(String user, String address) throws InterruptedException {
        return ProbeHttp.post(INITIALIZE).as(user).from(address).to(server.endpoint()).answer();
    }

    private String open(String user) throws InterruptedException {
        time.pass(Duration.ofMillis(1));
        ProbeHttp opened = initialize(user, "10.0.0.1");
        return Objects.requireNonNull(opened.responseHeader("Mcp-Session-Id"), opened.responseBody);
    }

    private void isRefused(String user, String address, String why) throws InterruptedException {
        ProbeHttp refused = initialize(user, address);
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refused.responseBody).contains(why);
    }

    private int status(String user, String session, String address) throws InterruptedException {
        return ProbeHttp.post("{'jsonrpc':'2.0','id':1,'method':'ping'}")
                .as(user)
                .from(address)
                .with("Mcp-Session-Id", session)
                .to(server.endpoint())
                .answer()
                .status;
    }

    @Test
    void thoseOfAPrincipalThatNobodyCameBackToCountForIt() throws Exception {
        String first = open("ann");
        open("ann");
        restart(100, 3, 100);
        open("ann");
        isRefused("ann", "10.0.0.1", "3 sessions of the principal ann are open");
        open("bob");
        assertThat(status("ann", first, "10.0.0.1")).isEqualTo(200);
        isRefused("ann", "10.0.0.1", "3 sessions of the principal ann are open");
        assertThat(store.size()).isEqualTo(4);
    }

    @Test
    void theOldestThatNobodyCameBackToMakeRoomOnceTheirClientsHadTheirTime() throws Exception {
        String first = open("ann");
        String second = open("ann");
        String third = open("ann");
        restart(100, 3, 100);
        assertThat(status("ann", second, "10.0.0.1")).isEqualTo(200);
        time.pass(UNUSED.minusNanos(1));
        isRefused("ann", "10.0.0.1", "3 sessions");
        time.pass(Duration.ofNanos(1));
        assertThat(status("ann", second, "10.0.0.1")).isEqualTo(200);
        open("ann");
        assertThat(status("ann", first, "10.0.0.1")).isEqualTo(404);
        assertThat(status("ann", third, "10.0.0.1")).isEqualTo(200);
        assertThat(status("ann", second, "10.0.0.1")).isEqualTo(200);
    }

    @Test
    void whoIsRefusedAllTheTimeDoesNotMakeTheStoreLookAllTheTime() throws Exception {
        open("ann");
        open("ann");
        open("ann");
        restart(100, 3, 100);
        time.pass(Duration.ofSeconds(5));
        for (int i = 0; i < 50; i++) {
            isRefused("ann", "10.0.0.1", "3 sessions");
        }
        assertThat(store.lists.get()).isLessThan(5);
        int before = store.lists.get();
        open("bob");
        open("bob");
        assertThat(store.lists.get() - before).isEqualTo(1);
    }

    @Test
    void aRevivedSessionCountsWhereItsClientComesBackFrom() throws Exception {
        List<String> ids = new ArrayList<>();
        for (String user : List.of("ann", "bob")) {
            ids.add(open(user));
        }
        restart(100, 100, 2);
        assertThat(status("ann", ids.getFirst(), "10.0.0.9")).isEqualTo(200);
        assertThat(status("bob", ids.getLast(), "10.0.0.9")).isEqualTo(200);
        isRefused("eve", "10.0.0.9", "2 sessions from 10.0.0.9 are open");
        assertThat(initialize("eve", "10.0.0.1").status).isEqualTo(200);
    }

    @Test
    void aSessionOfAConnectionCountsTooAndWaitsForNoStore() throws Exception {
        open("ann");
        open("ann");
        restart(100, 3, 100);
        open("ann");
        ProbeConnection refused = ProbeConnection.as("ann", "10.0.0.2", server.endpoint());
        assertThat(refused.ask(INITIALIZE).requireObject("error").requireString("message"))
                .contains("3 sessions of the principal ann are open");
        time.pass(UNUSED);
        ProbeConnection opened = ProbeConnection.as("ann", "10.0.0.2", server.endpoint());
        assertThat(opened.ask(INITIALIZE).has("result")).isTrue();
        await().untilAsserted(() -> assertThat(store.size()).isEqualTo(2));
    }

    @Test
    void atTheCapOfAllAStoredOneGoesForAConnection() throws Exception {
        open("ann");
        open("bob");
        restart(2, 100, 100);
        ProbeConnection early = ProbeConnection.as("eve", "10.0.0.2", server.endpoint());
        assertThat(early.ask(INITIALIZE).requireObject("error").requireString("message"))
                .contains("2 sessions are open");
        time.pass(UNUSED);
        assertThat(early.ask(INITIALIZE).has("result")).isTrue();
        await().untilAsserted(() -> assertThat(store.size()).isZero());
    }
}
