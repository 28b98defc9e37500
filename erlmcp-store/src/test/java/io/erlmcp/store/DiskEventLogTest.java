package io.erlmcp.store;

import static io.erlmcp.store.Events.after;
import static io.erlmcp.store.Events.bytes;
import static io.erlmcp.store.Events.work;
import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.Event;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.testing.Requirement;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requirement("transport.sse.store")
class DiskEventLogTest {
    private static final String SESSION = "session";

    @TempDir Path parent;
    private Path folder;
    private final List<Event> damages = new CopyOnWriteArrayList<>();
    private DiskStore store;

    @BeforeEach
    void open() throws Exception {
        folder = parent.resolve("store");
        store =
                DiskStore.open(
                        StoreConfig.in(folder)
                                .withEvents(new SessionLimits.EventBounds(4, 30, 1 << 20)),
                        Time.system(),
                        event -> {
                            if (event instanceof StoreEvent.DamageFound) {
                                damages.add(event);
                            }
                        });
    }

    private EventLog reopened() throws Exception {
        store.close();
        open();
        return store.events().reopen(SESSION);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void atTheBoundNothingIsLostAndOnePastItTheOldestGoes() {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", bytes("1"));
        log.append("a", bytes("2"));
        log.append("a", bytes("3"));
        EventId fourth = log.append("a", bytes("4"));
        assertThat(after(log, first)).containsExactly("2", "3", "4");
        log.append("a", bytes("5"));
        assertThat(after(log, first)).containsExactly("2", "3", "4", "5");
        log.append("a", bytes("6"));
        assertThat(log.after(first)).isEmpty();
        assertThat(after(log, fourth)).containsExactly("5", "6");
    }

    @Test
    void bytesAreBoundedToo() {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", new byte[10]);
        EventId second = log.append("a", new byte[20]);
        assertThat(log.after(first)).isPresent();
        log.append("a", new byte[1]);
        assertThat(log.after(first)).isPresent();
        log.append("a", new byte[30]);
        assertThat(log.after(first)).isEmpty();
        assertThat(log.after(second)).isEmpty();
    }

    @Test
    @Requirement("transport.sse.resume")
    void theNextProcessReplaysWhatThisOneAppended() throws Exception {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("g", bytes("1"));
        log.append("p", bytes("other"));
        log.append("g", bytes("2"));
        EventLog next = reopened();
        assertThat(after(next, first)).containsExactly("2");
        EventId third = next.append("g", bytes("3"));
        assertThat(after(next, first)).containsExactly("2", "3");
        assertThat(third.epoch()).isNotEqualTo(first.epoch());
        assertThat(next.after(new EventId("g", third.epoch(), first.number()))).isEmpty();
    }

    @Test
    void noIdAndNoStreamIsGivenOutTwice() throws Exception {
        EventLog log = store.events().create(SESSION);
        String stream = log.newStream("p");
        EventId id = log.append(stream, bytes("1"));
        EventLog next = reopened();
        assertThat(next.newStream("p")).isNotEqualTo(stream);
        assertThat(next.append(stream, bytes("2"))).isNotEqualTo(id);
        assertThat(EventId.parse(id.toString())).isEqualTo(id);
    }

    @Test
    @Requirement("proto.request-dedup")
    void aStreamThatWasLeftOpenEndsWithItsLastWordsOnce() throws Exception {
        EventLog log = store.events().create(SESSION);
        log.begin("open", work("interrupted"));
        EventId primed = log.append("open", bytes(""));
        log.begin("ended", work("interrupted"));
        EventId answered = log.append("ended", bytes(""));
        log.finish("ended", bytes("done"));
        EventLog next = reopened();
        assertThat(after(next, primed)).containsExactly("interrupted");
        assertThat(after(reopened(), primed)).containsExactly("interrupted");
        assertThat(answered).isNotEqualTo(primed);
    }

    @Test
    @Requirement("proto.request-dedup")
    void aStreamThatEndedHasNoLastWords() throws Exception {
        EventLog log = store.events().create(SESSION);
        log.begin("answered", work("interrupted"));
        EventId primed = log.append("answered", bytes(""));
        log.finish("answered", bytes("done"));
        assertThat(after(reopened(), primed)).containsExactly("done");
    }

    @Test
    @Requirement("proto.request-dedup")
    void whatWasAcceptedAndNotBegunIsGivenToTheNextProcessOnce() throws Exception {
        EventLog log = store.events().create(SESSION);
        log.accept("waiting", work("interrupted"));
        EventId primed = log.append("waiting", bytes(""));
        assertThat(log.accepted()).isEmpty();
        EventLog next = reopened();
        assertThat(store.events().withAccepted()).containsExactly(SESSION);
        EventLog.Accepted accepted = next.accepted().getFirst();
        assertThat(accepted.stream()).isEqualTo("waiting");
        assertThat(accepted.work().message()).isEqualTo(work("interrupted").message());
        assertThat(next.accepted()).isEmpty();
        next.beginAccepted("waiting", accepted.work());
        next.finish("waiting", bytes("done"));
        assertThat(after(next, primed)).containsExactly("done");
        EventLog third = reopened();
        assertThat(third.accepted()).isEmpty();
        assertThat(after(third, primed)).containsExactly("done");
        assertThat(store.events().withAccepted()).isEmpty();
    }

    @Test
    @Requirement("proto.request-dedup")
    void whatWasAcceptedAndBegunEndsWithItsLastWordsAndIsNotGivenOut() throws Exception {
        EventLog log = store.events().create(SESSION);
        log.accept("waiting", work("interrupted"));
        EventId primed = log.append("waiting", bytes(""));
        log.beginAccepted("waiting", work("interrupted"));
        EventLog next = reopened();
        assertThat(next.accepted()).isEmpty();
        assertThat(after(next, primed)).containsExactly("interrupted");
    }

    @Test
    @Requirement("proto.request-dedup")
    void whatWasCancelledWhileItWaitedIsNotGivenOut() throws Exception {
        EventLog log = store.events().create(SESSION);
        log.accept("waiting", work("interrupted"));
        log.abandon("waiting");
        log.beginAccepted("waiting", work("interrupted"));
        EventLog next = reopened();
        assertThat(next.accepted()).isEmpty();
        assertThat(store.events().withAccepted()).isEmpty();
    }

    @Test
    @Requirement("proto.request-dedup")
    void aRequestOfAnEarlierProcessIsKnownWhenItComesAgainAndOneOfThisProcessIsNot()
            throws Exception {
        EventLog log = store.events().create(SESSION);
        log.begin("open", work("1"));
        log.begin("ended", work("2"));
        log.finish("ended", bytes("done"));
        assertThat(log.isReplay(work("1").message())).isFalse();
        EventLog next = reopened();
        assertThat(next.isReplay(work("1").message())).isTrue();
        assertThat(next.isReplay(work("2").message())).isTrue();
        assertThat(next.isReplay(work("3").message())).isFalse();
    }

    @Test
    @Requirement("proto.request-dedup")
    void endedRequestsAreKnownUpToTheBoundAndTheOldestIsForgotten() throws Exception {
        EventLog log = store.events().create(SESSION);
        for (int i = 0; i <= 100; i++) {
            log.begin("s" + i, work("" + i));
            log.finish("s" + i, bytes("done"));
        }
        EventLog next = reopened();
        assertThat(next.isReplay(work("0").message())).isFalse();
        assertThat(next.isReplay(work("1").message())).isTrue();
        assertThat(next.isReplay(work("100").message())).isTrue();
    }

    @Test
    void theEventsOfASessionEndWithIt() throws Exception {
        store.sessions().create(Records.session(SESSION, "ann", 1));
        store.sessions().create(Records.session(SESSION + "2", "ann", 1));
        EventLog log = store.events().create(SESSION);
        EventId gone = log.append("a", bytes("1"));
        EventLog other = store.events().create(SESSION + "2");
        EventId kept = other.append("a", bytes("1"));
        other.append("a", bytes("2"));
        store.sessions().delete(SESSION);
        assertThat(log.after(gone)).isEmpty();
        assertThat(after(other, kept)).containsExactly("2");
    }

    /** A task tells its session how far it is, whether that is still there or not. */
    @Test
    void nothingIsAppendedForASessionThatHasEnded() throws Exception {
        store.sessions().create(Records.session(SESSION, "ann", 1));
        EventLog log = store.events().create(SESSION);
        EventId before = log.append("g", bytes("1"));
        log.close();
        store.sessions().delete(SESSION);
        EventId after = log.append("g", bytes("2"));
        log.finish("p", bytes("3"));
        log.accept("q", work("interrupted"));
        log.begin("r", work("interrupted"));
        log.mirror(new EventId("g", after.epoch(), 99), bytes("4"), false);
        assertThat(after).isNotEqualTo(before);
        assertThat(log.after(before)).isEmpty();
        store.close();
        StoreCheck.Found found = StoreCheck.check(folder);
        assertThat(found.events()).isZero();
        assertThat(found.orphans()).isZero();
        open();
    }

    @Test
    void whatALogHeldWhenItWasClosedIsThereForTheNextProcess() throws Exception {
        store.sessions().create(Records.session(SESSION, "ann", 1));
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("g", bytes("1"));
        log.append("g", bytes("2"));
        log.close();
        assertThat(after(reopened(), first)).containsExactly("2");
    }

    @Test
    void eventsOfSessionsThatAreNotThereAreCountedAndARepairLeavesThemOut() throws Exception {
        store.sessions().create(Records.session(SESSION, "ann", 1));
        store.events().create(SESSION).append("g", bytes("1"));
        EventLog ofNobody = store.events().create("nobody");
        ofNobody.append("g", bytes("1"));
        ofNobody.append("g", bytes("2"));
        ofNobody.begin("p", work("interrupted"));
        store.close();
        StoreCheck.Found found = StoreCheck.check(folder);
        assertThat(found.isWhole()).isTrue();
        assertThat(found.orphans()).isEqualTo(3);
        StoreCheck.Found repaired = StoreRepair.repair(folder, Instant.EPOCH).found();
        assertThat(repaired.orphans()).isZero();
        assertThat(repaired.events()).isEqualTo(1);
        open();
    }

    @Test
    @Requirement("proto.request-dedup")
    void aRequestThatCannotBeReadKeepsNoOtherFromBeingRun() throws Exception {
        store.events().create("other").accept("p", work("interrupted"));
        ((DiskEventLogs) store.events())
                .engine()
                .append(
                        batch ->
                                batch.put(
                                        Family.WORK,
                                        Keys.named(Keys.prefix("a damaged one"), "p"),
                                        bytes("nonsense")));
        assertThat(store.events().withAccepted()).containsExactly("other");
        assertThat(damages).hasSize(1);
    }
}
