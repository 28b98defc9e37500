package io.erlmcp.store;

import static io.erlmcp.store.Events.after;
import static io.erlmcp.store.Events.bytes;
import static io.erlmcp.store.Events.work;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventBudget;
import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.testing.Requirement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that are missing: nobody goes on from before one, whatever the reason is. */
@Requirement("transport.sse.store")
class EventGapsTest {
    private static final String SESSION = "session";
    private static final SessionLimits.EventBounds SMALL =
            new SessionLimits.EventBounds(4, 30, 1 << 20);

    @TempDir Path folder;
    private DiskStore store;

    @BeforeEach
    void open() throws Exception {
        open(SMALL);
    }

    private void open(SessionLimits.EventBounds bounds) throws Exception {
        store =
                DiskStore.open(
                        StoreConfig.in(folder).withEvents(bounds), Time.system(), Observer.NONE);
    }

    @AfterEach
    void close() {
        store.close();
    }

    /**
     * Lets the appends that {@code appends} makes fail, and waits until the store is well again.
     */
    private void failing(Runnable appends) {
        DiskEventLogs logs = (DiskEventLogs) store.events();
        logs.engine().shut();
        appends.run();
        await().ignoreExceptions().until(() -> logs.committer().commit(batch -> true));
    }

    @Test
    @Requirement("transport.sse.resume")
    void nobodyResumesFromBeforeAnEventInTheMiddleThatCouldNotBeKept() {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", bytes("1"));
        EventId[] failed = new EventId[1];
        failing(() -> failed[0] = log.append("a", bytes("2")));
        log.append("a", bytes("3"));
        assertThat(log.after(first)).isEmpty();
        assertThat(after(log, failed[0])).containsExactly("3");
    }

    @Test
    @Requirement("transport.sse.resume")
    void norWhenAnOlderOneIsGoneToo() {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", bytes("1"));
        failing(() -> log.append("a", bytes("2")));
        log.append("a", bytes("3"));
        log.append("a", bytes("4"));
        log.append("a", bytes("5"));
        assertThat(log.after(first)).isEmpty();
    }

    @Test
    @Requirement("transport.sse.resume")
    void norWhenSoManyStreamsLostEventsThatTheyAreForgotten() {
        EventLog log = store.events().create(SESSION);
        for (String stream : List.of("p", "q", "r", "s")) {
            log.append(stream, bytes("x"));
        }
        EventId first = log.append("a", bytes("1"));
        failing(() -> log.append("a", bytes("2")));
        EventId third = log.append("a", bytes("3"));
        log.append("a", bytes("4"));
        assertThat(log.after(first)).isEmpty();
        assertThat(after(log, third)).containsExactly("4");
    }

    @Test
    @Requirement("transport.sse.resume")
    void norFromBeforeThoseThatCouldNotBeDeletedWhenRoomWasMade() {
        DiskEventLog log = (DiskEventLog) store.events().create(SESSION);
        EventId first = log.append("a", bytes("1"));
        EventId second = log.append("a", bytes("2"));
        log.append("a", bytes("3"));
        log.append("a", bytes("4"));
        failing(() -> assertThat(log.dropOlderHalf()).isPositive());
        // They are on the disk still, but what comes after them will be given up without them.
        log.append("a", bytes("5"));
        assertThat(log.after(first)).isEmpty();
        assertThat(after(log, second)).containsExactly("3", "4", "5");
    }

    @Test
    @Requirement("security.operations")
    void roomForWhatIsOpenedAgainIsMadeWhileNobodyHoldsTheEngine() throws Exception {
        EventLog log = store.events().create(SESSION);
        log.append("a", bytes("1"));
        log.append("a", bytes("2"));
        store.close();
        open(new SessionLimits.EventBounds(4, 30, EventIndex.KEPT_BYTES));
        DiskEventLogs logs = (DiskEventLogs) store.events();
        boolean[] isFree = {false};
        logs.budget()
                .enter(
                        new EventBudget.Log() {
                            @Override
                            public long dropOlderHalf() {
                                // as the committer does when the disk takes writes again
                                Thread closing =
                                        Threads.startPlatform("shuts", logs.engine()::shut);
                                isFree[0] = ended(closing);
                                return 0;
                            }

                            @Override
                            public boolean keepsEvents() {
                                return false;
                            }

                            @Override
                            public boolean isClosed() {
                                return false;
                            }
                        });
        store.events().reopen(SESSION);
        assertThat(isFree[0]).isTrue();
        await().ignoreExceptions().until(() -> logs.committer().commit(batch -> true));
    }

    private static boolean ended(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private EventBudget budget() {
        return ((DiskEventLogs) store.events()).budget();
    }

    @Test
    @Requirement("security.operations")
    void whatAllLogsTakeInMemoryIsBoundedAndTheOldestGivesUpItsOlderHalf() throws Exception {
        long most = 8L * EventIndex.KEPT_BYTES;
        store.close();
        open(new SessionLimits.EventBounds(100, 1 << 20, most));
        EventLog old = store.events().create("old");
        EventLog young = store.events().create("young");
        EventId first = old.append("a", bytes("1"));
        EventId second = old.append("a", bytes("2"));
        old.append("a", bytes("3"));
        EventId ofYoung = young.append("b", bytes("1"));
        for (int i = 2; i <= 5; i++) {
            young.append("b", bytes("" + i));
        }
        assertThat(budget().usedBytes()).isEqualTo(most);
        assertThat(after(old, first)).containsExactly("2", "3");
        young.append("b", bytes("6"));
        assertThat(budget().usedBytes()).isEqualTo(most - EventIndex.KEPT_BYTES);
        assertThat(old.after(first)).isEmpty();
        assertThat(old.after(second)).isEmpty();
        assertThat(after(young, ofYoung)).containsExactly("2", "3", "4", "5", "6");
        young.close();
        assertThat(budget().usedBytes()).isEqualTo(EventIndex.KEPT_BYTES);
        old.close();
        assertThat(budget().usedBytes()).isZero();
        store.close();
        assertThat(StoreCheck.check(folder).events()).isEqualTo(7);
        open(SMALL);
    }

    @Test
    @Requirement("security.operations")
    void whatAnEarlierProcessKeptCountsToo() throws Exception {
        EventLog log = store.events().create(SESSION);
        log.begin("p", work("interrupted"));
        EventId first = log.append("p", bytes("1"));
        store.close();
        open(SMALL);
        EventLog next = store.events().reopen(SESSION);
        assertThat(budget().usedBytes()).isEqualTo(2L * EventIndex.KEPT_BYTES);
        assertThat(after(next, first)).containsExactly("interrupted");
        next.close();
        assertThat(budget().usedBytes()).isZero();
    }

    private byte[] stored(long number) throws Exception {
        byte[] key = Keys.numbered(Keys.prefix(SESSION), number);
        return ((DiskEventLogs) store.events()).engine().get(Family.EVENTS, key);
    }

    @Test
    @Requirement("transport.sse.resume")
    void theNextProcessKnowsThatTheNewestEventsCouldNotBeKept() throws Exception {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", bytes("1"));
        failing(
                () -> {
                    log.append("a", bytes("2"));
                    log.append("a", bytes("3"));
                });
        await().until(() -> stored(3) != null);
        assertThat(log.after(first)).isEmpty();
        store.close();
        open(SMALL);
        EventLog next = store.events().reopen(SESSION);
        assertThat(next.after(first)).isEmpty();
        EventId fourth = next.append("a", bytes("4"));
        assertThat(fourth.number()).isEqualTo(4);
        assertThat(stored(3)).isNull();
        next.append("a", bytes("5"));
        assertThat(after(next, fourth)).containsExactly("5");
        store.close();
        open(SMALL);
        EventLog third = store.events().reopen(SESSION);
        assertThat(third.after(first)).isEmpty();
        assertThat(after(third, fourth)).containsExactly("5");
    }

    @Test
    @Requirement("transport.sse.resume")
    void aLogThatIsClosedWritesDownWhatItCouldNotKeep() throws Exception {
        DiskEventLog log = (DiskEventLog) store.events().create(SESSION);
        EventId first = log.append("a", bytes("1"));
        DiskEventLogs logs = (DiskEventLogs) store.events();
        failing(
                () -> {
                    log.append("a", bytes("2"));
                    logs.hasNoHole(log); // so that nobody but the log itself does
                });
        log.close();
        store.close();
        open(SMALL);
        assertThat(store.events().reopen(SESSION).after(first)).isEmpty();
    }

    @Test
    @Requirement("transport.sse.resume")
    void oneEventThatCannotBeReadTakesNoSessionDown() throws Exception {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", bytes("1"));
        log.append("a", bytes("2"));
        EventId third = log.append("a", bytes("3"));
        log.append("a", bytes("4"));
        log.begin("p", work("interrupted"));
        byte[] prefix = Keys.prefix(SESSION);
        ((DiskEventLogs) store.events())
                .engine()
                .append(
                        batch -> {
                            batch.put(Family.EVENTS, Keys.numbered(prefix, 2), bytes("damage"));
                            batch.put(Family.WORK, Keys.named(prefix, "q"), bytes("damage"));
                        });
        store.close();
        Queue<Event> told = new ConcurrentLinkedQueue<>();
        store = DiskStore.open(StoreConfig.in(folder).withEvents(SMALL), Time.system(), told::add);
        EventLog next = store.events().reopen(SESSION);
        assertThat(told.stream().filter(StoreEvent.DamageFound.class::isInstance)).hasSize(2);
        assertThat(next.after(first)).isEmpty();
        assertThat(after(next, third)).containsExactly("4");
        assertThat(next.append("a", bytes("6")).number()).isEqualTo(6);
        assertThat(after(next, third)).containsExactly("4", "6");
    }

    @Test
    @Requirement("transport.sse.resume")
    void theNewestEventThatCannotBeReadIsAHoleToo() throws Exception {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", bytes("1"));
        log.append("a", bytes("2"));
        byte[] key = Keys.numbered(Keys.prefix(SESSION), 2);
        ((DiskEventLogs) store.events())
                .engine()
                .append(batch -> batch.put(Family.EVENTS, key, bytes("damage")));
        store.close();
        open(SMALL);
        EventLog next = store.events().reopen(SESSION);
        assertThat(next.after(first)).isEmpty();
        EventId third = next.append("a", bytes("3"));
        assertThat(third.number()).isEqualTo(3);
        next.append("a", bytes("4"));
        assertThat(after(next, third)).containsExactly("4");
    }
}
