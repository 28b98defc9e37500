package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Threads;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is to be forgotten is, whatever one of the others is like. */
@Requirement({"R28", "session.persist"})
class ForgettingTest {
    private final CountingStore store = new CountingStore();
    private final ManualTime time = new ManualTime();

    @BeforeEach
    void threeSessions() {
        for (String id : Set.of("a", "b", "c")) {
            store.kept.create(Fixture.record(id));
        }
    }

    private List<String> left() {
        return store.kept.listByAge(null, 10).stream().map(SessionStore.Place::id).toList();
    }

    private UnclaimedSessions unclaimed(Predicate<String> isLive) {
        return new UnclaimedSessions(
                store, SessionLimits.DEFAULTS, new Claims(), isLive, time, Observer.NONE);
    }

    /** Stores are waited for on virtual threads alone. */
    private static void run(Runnable work) throws InterruptedException {
        AtomicReference<@Nullable RuntimeException> problem = new AtomicReference<>();
        Threads.startVirtual(
                        "test",
                        () -> {
                            try {
                                work.run();
                            } catch (RuntimeException thrown) {
                                problem.set(thrown);
                            }
                        })
                .join();
        RuntimeException thrown = problem.get();
        if (thrown != null) {
            throw thrown;
        }
    }

    @Test
    void oneThatEndedAndCannotBeReadIsKeptForLaterAndTheOthersAreForgotten() throws Exception {
        EndedSessions ended = new EndedSessions(store, 10);
        Set.of("a", "b", "c").forEach(ended::add);
        store.unreadable = "b";
        assertThatThrownBy(() -> run(ended::forgetAll)).hasMessageContaining("cannot be read");
        assertThat(left()).containsExactly("b");
        assertThat(ended.size()).isEqualTo(1);
        assertThat(ended.holds("b")).isTrue();
        store.unreadable = "";
        run(ended::forgetAll);
        assertThat(store.size()).isZero();
        assertThat(ended.size()).isZero();
    }

    @Test
    void damageThatTheStoreKnowsOfIsThatOfOneRecordToo() throws Exception {
        EndedSessions ended = new EndedSessions(store, 10);
        Set.of("a", "b", "c").forEach(ended::add);
        store.unreadable = "b";
        store.isDamageKnown = true;
        assertThatThrownBy(() -> run(ended::forgetAll)).isInstanceOf(UnreadableRecord.class);
        assertThat(left()).containsExactly("b");
        assertThat(ended.size()).isEqualTo(1);
    }

    @Test
    void whereSomeAreToMakeRoomOthersGoForOneThatCannot() throws Exception {
        store.unreadable = "a";
        run(() -> unclaimed(id -> false).forget(List.of("a", "b", "c"), 1));
        assertThat(left()).containsExactly("a", "c");
        run(() -> unclaimed(id -> false).forget(List.of("a", "c"), 5));
        assertThat(left()).containsExactly("a");
        run(() -> unclaimed(id -> false).forget(List.of("a"), 1));
        assertThat(left()).as("the sweep tells of it").containsExactly("a");
    }

    @Test
    void whileTheStoreCannotBeReachedAllAreKeptForLater() throws Exception {
        EndedSessions ended = new EndedSessions(store, 10);
        Set.of("a", "b", "c").forEach(ended::add);
        store.forgetsNothing = true;
        assertThatThrownBy(() -> run(ended::forgetAll)).isInstanceOf(McpException.class);
        assertThat(ended.size()).isEqualTo(3);
        assertThat(store.refusals.get()).as("asked once").isEqualTo(1);
    }

    @Test
    void oneThatNobodyCameBackToAndCannotBeReadKeepsNoOtherFromExpiring() throws Exception {
        UnclaimedSessions unclaimed = unclaimed(id -> false);
        time.pass(SessionLimits.DEFAULTS.idleExpiry().plusNanos(1));
        store.unreadable = "a";
        assertThatThrownBy(() -> run(unclaimed::expire)).hasMessageContaining("cannot be read");
        assertThat(left()).containsExactly("a");
        assertThat(unclaimed.mayBe()).as("it is tried again").isTrue();
        store.unreadable = "";
        run(unclaimed::expire);
        assertThat(store.size()).isZero();
        assertThat(unclaimed.mayBe()).isFalse();
    }

    @Test
    void itKeepsNoOtherFromMakingRoomEither() throws Exception {
        UnclaimedSessions unclaimed = unclaimed(id -> false);
        time.pass(SessionLimits.DEFAULTS.caps().unused());
        store.unreadable = "a";
        run(() -> assertThat(unclaimed.makeRoom()).isTrue());
        assertThat(left()).containsExactly("a");
    }

    @Test
    void oneThatBecameLiveBeforeItWasClaimedStays() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        // Looked for, it is not live yet; its client comes back right then.
        UnclaimedSessions unclaimed =
                unclaimed(id -> id.equals("b") && asked.incrementAndGet() > 1);
        time.pass(SessionLimits.DEFAULTS.idleExpiry().plusNanos(1));
        run(unclaimed::expire);
        assertThat(left()).containsExactly("b");
    }

    @Test
    void norDoesItMakeRoom() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        UnclaimedSessions unclaimed =
                unclaimed(id -> id.equals("b") && asked.incrementAndGet() > 1);
        time.pass(SessionLimits.DEFAULTS.caps().unused());
        run(() -> assertThat(unclaimed.makeRoom()).isTrue());
        assertThat(left()).containsExactly("b");
    }
}
