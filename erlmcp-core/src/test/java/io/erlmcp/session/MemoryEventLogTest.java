package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.util.List;
import org.junit.jupiter.api.Test;

@Requirement("transport.sse.store")
class MemoryEventLogTest {
    private static byte[] bytes(int length) {
        return new byte[length];
    }

    private static EventLog log(int maxEvents, int maxBytes) {
        return new MemoryEventLog(
                "boot",
                new SessionLimits.EventBounds(maxEvents, maxBytes, 1L << 40),
                new EventBudget(1L << 40));
    }

    private static MemoryEventLog log(EventBudget budget) {
        return new MemoryEventLog(
                "boot", new SessionLimits.EventBounds(1000, 1 << 20, 1L << 40), budget);
    }

    @Test
    @Requirement("security.operations")
    void atTheBoundOfTheNodeNothingIsLostAndOnePastItTheOldestLogGivesUpItsOlderHalf() {
        int event = 100 + MemoryEventLog.ENTRY_BYTES;
        EventBudget budget = new EventBudget(4L * event);
        MemoryEventLog older = log(budget);
        MemoryEventLog newer = log(budget);
        EventId first = older.append("a", bytes(100));
        EventId second = older.append("a", bytes(100));
        EventId third = newer.append("a", bytes(100));
        newer.append("a", bytes(100));
        assertThat(budget.usedBytes()).isEqualTo(4L * event);
        assertThat(older.after(first)).hasValueSatisfying(it -> assertThat(it).hasSize(1));
        newer.append("a", bytes(100));
        assertThat(budget.usedBytes()).isEqualTo(4L * event);
        newer.append("b", bytes(100));
        assertThat(newer.after(third)).as("the next in line").isEmpty();
        assertThat(older.after(second)).as("it went to the end of the line").isPresent();
    }

    @Test
    @Requirement("security.operations")
    void theNodeKeepsNoMoreThanItsBoundWhateverComesAndNothingOfSessionsThatEnded() {
        EventBudget budget = new EventBudget(10_000);
        List<MemoryEventLog> logs = List.of(log(budget), log(budget), log(budget));
        for (int i = 0; i < 3000; i++) {
            logs.get(i % 7 % 3).append("s" + i % 5, bytes(i % 400));
            assertThat(budget.usedBytes()).isBetween(1L, 10_000L);
        }
        EventId last = logs.getFirst().append("a", bytes(1));
        logs.forEach(MemoryEventLog::close);
        assertThat(budget.usedBytes()).isZero();
        assertThat(logs.getFirst().after(last)).isEmpty();
        logs.getFirst().append("a", bytes(1));
        assertThat(budget.usedBytes()).as("after the end").isZero();
    }

    @Test
    @Requirement("security.operations")
    void whichStreamsLostEventsIsPaidForAndForgottenToo() {
        EventBudget budget = new EventBudget(1 << 20);
        MemoryEventLog log =
                new MemoryEventLog(
                        "boot", new SessionLimits.EventBounds(10, 1000, 1L << 40), budget);
        for (int i = 0; i < 18; i++) {
            log.append("s" + i, bytes(0));
        }
        int kept = 10 * MemoryEventLog.ENTRY_BYTES;
        assertThat(budget.usedBytes()).isEqualTo(kept + 7L * MemoryEventLog.GONE_BYTES);
        log.close();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    @Requirement("transport.sse.resume")
    void whoComesBackForAnEventThatWasForgottenIsRefusedAndNeverMissesOne() {
        EventBudget budget = new EventBudget(1 << 20);
        MemoryEventLog log =
                new MemoryEventLog(
                        "boot", new SessionLimits.EventBounds(4, 1000, 1L << 40), budget);
        EventId first = log.append("a", bytes(1));
        EventId ofB = log.append("b", bytes(1));
        for (int i = 0; i < 4; i++) {
            log.append("a", bytes(1));
        }
        assertThat(log.after(ofB)).as("nothing of it came later").isPresent();
        long freed = log.dropOlderHalf();
        assertThat(freed).isPositive();
        assertThat(log.after(first)).isEmpty();
        assertThat(log.after(ofB)).isEmpty();
    }

    @Test
    void anEventThatIsLargerThanAllThereIsRoomForIsNotKept() {
        EventBudget budget = new EventBudget(1000);
        MemoryEventLog log = log(budget);
        EventId id = log.append("a", bytes(5000));
        assertThat(budget.usedBytes()).isZero();
        assertThat(log.after(id)).hasValueSatisfying(it -> assertThat(it).isEmpty());
        log.append("a", bytes(5000));
        assertThat(log.after(id)).isEmpty();
    }

    @Test
    void atTheBoundNothingIsLostAndOnePastItTheOldestGoes() {
        EventLog log = log(3, 1000);
        EventId first = log.append("a", bytes(1));
        log.append("a", bytes(1));
        log.append("a", bytes(1));
        assertThat(log.after(first)).hasValueSatisfying(later -> assertThat(later).hasSize(2));
        EventId fourth = log.append("a", bytes(1));
        assertThat(log.after(first)).hasValueSatisfying(later -> assertThat(later).hasSize(3));
        log.append("a", bytes(1));
        assertThat(log.after(first)).isEmpty();
        assertThat(log.after(fourth)).hasValueSatisfying(later -> assertThat(later).hasSize(1));
    }

    @Test
    void bytesAreBoundedToo() {
        EventLog log = log(100, 10);
        EventId first = log.append("a", bytes(5));
        EventId second = log.append("a", bytes(5));
        assertThat(log.after(first)).isPresent();
        log.append("a", bytes(5));
        assertThat(log.after(first)).isPresent();
        log.append("a", bytes(5));
        assertThat(log.after(first)).isEmpty();
        assertThat(log.after(second)).isPresent();
    }

    @Test
    void streamsAreReplayedApart() {
        EventLog log = log(10, 1000);
        EventId a = log.append("a", bytes(1));
        log.append("b", bytes(2));
        log.append("a", bytes(3));
        assertThat(log.after(a).orElse(List.of()))
                .extracting(entry -> entry.data().length)
                .containsExactly(3);
    }

    @Test
    void idsThatWereNeverIssuedAreUnknown() {
        EventLog log = log(10, 1000);
        EventId a = log.append("a", bytes(1));
        assertThat(log.after(new EventId("a", "boot", a.number() + 1))).isEmpty();
        assertThat(log.after(new EventId("b", "boot", a.number()))).isEmpty();
        assertThat(log.after(new EventId("a", "other", a.number()))).isEmpty();
    }

    @Test
    void idsAreReadAsTheyAreWritten() {
        EventId id = new EventId("p1", "k3j", 42);
        assertThat(EventId.parse(id.toString())).isEqualTo(id);
        for (String bad :
                new String[] {"", "-", "a-b", "a--", "a-b-c", "a-b--1", "x".repeat(200)}) {
            assertThat(EventId.parse(bad)).as(bad).isNull();
        }
    }
}
