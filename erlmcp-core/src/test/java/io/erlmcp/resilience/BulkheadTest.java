package io.erlmcp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class BulkheadTest {
    private static final Duration PATIENT = Duration.ofSeconds(30);

    @Test
    void asManyRunAsThereArePlacesAndTheNextIsRefusedWhenNobodyMayWait() throws Exception {
        Bulkhead bulkhead = new Bulkhead(2, 0);

        assertThat(bulkhead.enter(PATIENT)).isTrue();
        assertThat(bulkhead.enter(PATIENT)).isTrue();
        assertThat(bulkhead.enter(PATIENT)).isFalse();
        bulkhead.leave();
        assertThat(bulkhead.enter(PATIENT)).isTrue();
        assertThat(bulkhead.running()).isEqualTo(2);
    }

    @Test
    void whoWaitsGetsThePlaceThatIsLeftAndOneMoreThanMayWaitIsRefused() throws Exception {
        Bulkhead bulkhead = new Bulkhead(1, 1);
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
        Bulkhead bulkhead = new Bulkhead(1, 1);
        bulkhead.enter(PATIENT);

        assertThat(bulkhead.enter(Duration.ofMillis(1))).isFalse();
        assertThat(bulkhead.waiting()).isZero();
    }

    @Test
    @Requirement("R27")
    void tenThousandCallersNeverRunMoreThanThePlaces() throws Exception {
        Bulkhead bulkhead = new Bulkhead(8, 10_000);
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
        assertThatThrownBy(() -> new Bulkhead(0, 0)).hasMessageContaining("maxRunning >= 1");
        assertThatThrownBy(() -> new Bulkhead(1, -1)).hasMessageContaining("maxWaiting >= 0");
    }
}
