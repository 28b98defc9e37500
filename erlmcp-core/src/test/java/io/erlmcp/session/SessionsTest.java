package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Principal;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Requirement("R28")
class SessionsTest {
    private static final Duration EXPIRY = SessionLimits.DEFAULTS.idleExpiry();

    private final ManualTime time = new ManualTime();
    private final MemorySessionStore store = new MemorySessionStore();
    private final SessionLimits limits = Fixture.sessions().sessions(2).build();
    private final Sessions sessions =
            new Sessions(store, limits, time, Observer.NONE, new Keeper());

    private static final class Keeper implements Sessions.Keeper {
        @Override
        public LegacySession revive(SessionRecord record) {
            throw new IllegalStateException("nothing is revived here");
        }

        @Override
        public void revived(LegacySession session) {
            throw new IllegalStateException("nothing is revived here");
        }

        @Override
        public void evict(LegacySession session) {
            throw new IllegalStateException("nothing is unused for long enough here");
        }

        @Override
        public void aside(Runnable work) {
            throw new IllegalStateException("nothing is unused for long enough here");
        }
    }

    private LegacySession session(String id) {
        return new LegacySession(
                Fixture.record(id),
                "http",
                new SessionTerms(limits, 1, Time.system(), (session, change) -> {}),
                it -> new MemoryEventLog("boot", limits.events(), new EventBudget(Long.MAX_VALUE)));
    }

    @Test
    void atTheExpiryASessionStaysAndPastItItGoes() {
        LegacySession session = session("a");
        sessions.open(session);
        time.pass(EXPIRY);
        assertThat(sessions.idle()).isEmpty();
        time.pass(Duration.ofNanos(1));
        assertThat(sessions.idle()).containsExactly(session);
    }

    @Test
    void aRequestStartsTheExpiryAnew() {
        sessions.open(session("a"));
        time.pass(EXPIRY);
        assertThat(sessions.find("a", Principal.ANONYMOUS)).isNotNull();
        time.pass(EXPIRY);
        assertThat(sessions.idle()).isEmpty();
    }

    @Test
    void aSessionIsIdleFromTheEndOfItsLastCallNotFromItsBeginning() {
        LegacySession session = session("a");
        sessions.open(session);
        PendingQuestions.Slot open = session.questions().open();
        time.pass(EXPIRY.multipliedBy(3));
        assertThat(sessions.idle()).isEmpty();
        session.questions().close(open);
        time.pass(EXPIRY);
        assertThat(sessions.idle()).isEmpty();
        time.pass(Duration.ofNanos(1));
        assertThat(sessions.idle()).containsExactly(session);
    }

    @Test
    void whatIsRefusedForTheCapLeavesNothing() {
        sessions.open(session("a"));
        sessions.open(session("b"));
        assertThatThrownBy(() -> sessions.open(session("c")))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("2 sessions");
        assertThat(sessions.size()).isEqualTo(2);
        assertThat(store.size()).isEqualTo(2);
        assertThat(sessions.find("c", Principal.ANONYMOUS)).isNull();
    }

    @Test
    void whatTheStoreRefusesLeavesNothing() {
        store.create(Fixture.record("a"));
        assertThatThrownBy(() -> sessions.open(session("a")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void nothingBeginsInASessionThatWasRetired() {
        LegacySession session = session("a");
        assertThat(session.stays()).isTrue();
        assertThat(session.retire()).isTrue();
        assertThat(session.stays()).isFalse();
        assertThat(session.retire()).isFalse();
    }

    @Test
    void aSessionInUseIsNotRetired() {
        LegacySession session = session("a");
        PendingQuestions.Slot open = session.questions().open();
        assertThat(session.retire()).isFalse();
        assertThat(session.stays()).isTrue();
        session.questions().close(open);
        assertThat(session.retire()).isTrue();
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aSessionThatIsBeingEndedMakesNoRoom() {
        LegacySession a = session("a");
        LegacySession b = session("b");
        sessions.open(a);
        sessions.open(b);
        time.pass(EXPIRY);
        assertThat(a.retire()).isTrue();
        assertThat(b.retire()).isTrue();
        assertThatThrownBy(() -> sessions.open(session("c")))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("2 sessions");
    }

    @Test
    void oneThatWasRetiredAndIsStillThereIsEndedByTheNextSweep() {
        LegacySession session = session("a");
        sessions.open(session);
        assertThat(session.retire()).isTrue();
        assertThat(sessions.idle()).containsExactly(session);
        assertThat(sessions.mayEnd(session)).isTrue();
        sessions.end(session, "idle");
        assertThat(sessions.size()).isZero();
        sessions.forgetEnded();
        assertThat(store.size()).isZero();
    }

    @Test
    void oneThatWasUsedAgainBeforeItsTurnCameStays() {
        LegacySession session = session("a");
        sessions.open(session);
        time.pass(EXPIRY.plusNanos(1));
        assertThat(sessions.idle()).containsExactly(session);
        assertThat(sessions.find("a", Principal.ANONYMOUS)).isNotNull();
        assertThat(sessions.mayEnd(session)).isFalse();
        assertThat(session.stays()).isTrue();
    }

    @Test
    void nothingIsSaidToASessionThatHasEnded() {
        LegacySession session = session("a");
        List<SharedBytes> said = new ArrayList<>();
        SharedBytes first = SharedBytes.of(new byte[] {1});
        session.ready();
        session.unsolicited(said::add);
        session.notify(first);
        session.closed();
        session.notify(SharedBytes.of(new byte[] {2}));
        session.unsolicited(said::add);
        session.notify(SharedBytes.of(new byte[] {3}));
        assertThat(said).containsExactly(first);
    }

    @Test
    void nothingComesBehindTheEndOfAStream() {
        EventLog log = new MemoryEventLog("boot", limits.events(), new EventBudget(1 << 20));
        ResumableStream stream = new ResumableStream("g", () -> log);
        stream.send(new byte[] {1});
        stream.finish();
        stream.send(new byte[] {2});
        stream.share(SharedBytes.of(new byte[] {3}));
        assertThat(log.after(new EventId("g", "boot", 1)).orElseThrow()).isEmpty();
    }

    @Test
    void aNetworkOfIpv6IsCountedAsOneAddress() {
        assertThat(SessionShares.network("2001:db8:0:1:2:3:4:5")).isEqualTo("2001:db8:0:1::/64");
        assertThat(SessionShares.network("127.0.0.1")).isEqualTo("127.0.0.1");
        assertThat(SessionShares.network(null)).isNull();
    }

    @Test
    void sharesOfOwnersWithoutSessionsAreForgotten() {
        SessionShares shares = new SessionShares(limits.caps());
        LegacySession session = session("a");
        session.openedFrom("127.0.0.1");
        shares.enter(session);
        assertThat(shares.owners()).isEqualTo(1);
        shares.leave(session);
        assertThat(shares.owners()).isZero();
    }

    @Test
    @Requirement("security.sessions")
    void aRecordNeverShowsItsId() {
        assertThat(Fixture.record("secret-id").toString()).doesNotContain("secret-id");
    }
}
