package io.erlmcp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BulkheadTest {
    private static final Duration PATIENT = Duration.ofSeconds(30);

    @Test
    void asManyRunAsThereArePlacesAndTheNextIsRefusedWhenNobodyMayWait() throws Exception {
        Bulkhead bulkhead = bulkhead(2, 0);

        assertThat(bulkhead.enter(PATIENT)).isTrue();
        assertThat(bulkhead.enter(PATIENT)).isTrue();
        assertThat(bulkhead.enter(PATIENT)).isFalse();
        bulkhead.leave();
        assertThat(bulkhead.enter(PATIENT)).isTrue();
        assertThat(bulkhead.running()).isEqualTo(2);
    }

    @Test
    void whoWaitsGetsThePlaceThatIsLeftAndOneMoreThanMayWaitIsRefused() throws Exception {
        Bulkhead bulkhead = bulkhead(1, 1);
        bulkhead.enter(PATIENT);
        AtomicInteger entered = new AtomicInteger();
        Thread waiter = Thread.startVirtualThread(() -> enter(bulkhead, entered));
        Awaitility.await().until(() -> bulkhead.waiting() == 1);

        assertThat(bulkhead.enter(PATIENT)).isFalse();
        assertThat(entered).hasValue(0);
        bulkhead.leave();
        waiter.join();

        assertThat(entered).hasValue(1);
        assertThat(bulkhead.waiting()).isZero();
    }

    @Test
    void patienceEnds() throws Exception {
        Bulkhead bulkhead = bulkhead(1, 1);
        bulkhead.enter(PATIENT);

        assertThat(bulkhead.enter(Duration.ofMillis(1))).isFalse();
        assertThat(bulkhead.waiting()).isZero();
    }

    @Test
    @Requirement("R27")
    void tenThousandCallersNeverRunMoreThanThePlaces() throws Exception {
        Bulkhead bulkhead = bulkhead(8, 10_000);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            callers.add(
                    Thread.startVirtualThread(
                            () -> {
                                enter(bulkhead, served);
                                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                Thread.yield();
                                running.decrementAndGet();
                                bulkhead.leave();
                            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(served).hasValue(10_000);
        assertThat(most.get()).isBetween(1, 8);
        assertThat(bulkhead.running()).isZero();
    }

    private static Bulkhead bulkhead(int maxRunning, int maxWaiting) {
        return new Bulkhead(maxRunning, maxWaiting, PATIENT.multipliedBy(4), Time.system());
    }

    /** A clock that stands still until it is told. */
    private static final class Clock implements Time {
        private final AtomicLong nanos = new AtomicLong();

        void pass(Duration some) {
            nanos.addAndGet(some.toNanos());
        }

        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    }

    @Test
    @Requirement({"queue.bounded", "upstream.isolated"})
    void whoWouldWaitForTooLongIsRefusedAtOnceButTheFirstMayWait() throws Exception {
        Clock clock = new Clock();
        Bulkhead bulkhead = new Bulkhead(2, 100, Duration.ofSeconds(10), clock);
        bulkhead.enter(PATIENT);
        bulkhead.enter(PATIENT);
        bulkhead.leave(Duration.ofSeconds(4).toNanos());
        bulkhead.enter(PATIENT);
        assertThat(bulkhead.expectedWait()).isEqualTo(Duration.ofSeconds(2));
        AtomicInteger entered = new AtomicInteger();
        List<Thread> waiters = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            waiters.add(Thread.startVirtualThread(() -> enter(bulkhead, entered)));
            int waiting = i;
            Awaitility.await().until(() -> bulkhead.waiting() == waiting);
        }

        assertThat(bulkhead.expectedWait()).isEqualTo(Duration.ofSeconds(6));
        assertThat(bulkhead.enter(PATIENT)).as("6 s are more than half of 10 s").isFalse();
        assertThat(bulkhead.waiting()).isEqualTo(2);
        bulkhead.leave(Duration.ofSeconds(4).toNanos());
        bulkhead.leave(Duration.ofSeconds(4).toNanos());
        for (Thread waiter : waiters) {
            waiter.join();
        }
        assertThat(entered).hasValue(2);
    }

    @Test
    @Requirement("queue.bounded")
    void whereNoPlaceComesBackThoseWhoComeLaterAreRefusedAtOnce() throws Exception {
        Clock clock = new Clock();
        Bulkhead bulkhead = new Bulkhead(1, 100, Duration.ofMinutes(10), clock);
        AtomicInteger entered = new AtomicInteger();
        bulkhead.enter(PATIENT);
        clock.pass(Duration.ofMinutes(6));
        Thread first = Thread.startVirtualThread(() -> enter(bulkhead, entered));
        Awaitility.await().until(() -> bulkhead.waiting() == 1);

        Thread second = Thread.startVirtualThread(() -> enter(bulkhead, entered));
        assertThat(second.join(PATIENT.dividedBy(2))).as("it does not wait").isTrue();
        assertThat(entered).hasValue(0);
        assertThat(bulkhead.expectedWait()).isEqualTo(Duration.ofMinutes(6));
        bulkhead.leave();
        first.join();
        assertThat(entered).hasValue(1);
    }

    @Test
    void nobodyWaitsForLongerThanTheLongest() throws Exception {
        Bulkhead bulkhead = new Bulkhead(1, 1, Duration.ofMillis(20), Time.system());
        bulkhead.enter(PATIENT);

        assertThat(bulkhead.enter(Duration.ofDays(1))).isFalse();
    }

    private static void enter(Bulkhead bulkhead, AtomicInteger entered) {
        try {
            if (bulkhead.enter(PATIENT)) {
                entered.incrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void boundsAreChecked() {
        assertThatThrownBy(() -> bulkhead(0, 0)).hasMessageContaining("maxRunning >= 1");
        assertThatThrownBy(() -> bulkhead(1, -1)).hasMessageContaining("maxWaiting >= 0");
        assertThatThrownBy(() -> new Bulkhead(1, 1, Duration.ZERO, Time.system()))
                .hasMessageContaining("longest wait > 0");
    }
}
