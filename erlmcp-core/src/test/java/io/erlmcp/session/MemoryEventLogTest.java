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
        return new MemoryEventLog("boot", new SessionLimits.EventBounds(maxEvents, maxBytes));
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
