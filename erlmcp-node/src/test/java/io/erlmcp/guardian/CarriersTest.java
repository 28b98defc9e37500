package io.erlmcp.guardian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.Event;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@Requirement("R26")
class CarriersTest {
    private final AtomicInteger parallelism = new AtomicInteger(2);
    private final AtomicInteger abandoned = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Time clock =
            new Time() {
                @Override
                public long nanos() {
                    return nanos.get();
                }

                @Override
                public Instant now() {
                    return Instant.EPOCH;
                }
            };

    private Carriers carriers(CarrierLimits limits) {
        return new Carriers(
                limits,
                new Carriers.Scheduler() {
                    @Override
                    public int parallelism() {
                        return parallelism.get();
                    }

                    @Override
                    public void parallelism(int carriers) {
                        parallelism.set(carriers);
                    }
                },
                clock,
                events::add,
                abandoned::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void afterCalmAddedCarriersAreTakenAwayButForThoseThatAbandonedCallsMayHold() {
        Duration calm = Duration.ofSeconds(60);
        Carriers carriers = carriers(new CarrierLimits(2, 6, Duration.ofMillis(300), calm));
        parallelism.set(5);
        abandoned.set(1);
        for (int i = 0; i < 10; i++) {
            carriers.tick();
            await().until(() -> carriers.waiting() == 0);
            pass(calm);
        }
        assertThat(parallelism).hasValue(3);
        abandoned.set(0);
        carriers.tick();
        assertThat(parallelism).hasValue(2);
    }

    @Test
    void inThisJvmThreadsThatLoopAreOutnumbered() throws Exception {
        outnumbered(() -> {});
    }

    /** The scheduler starts no carrier for a thread that is put behind one that waits. */
    @Test
    void theyAreOutnumberedAlsoWhereEveryQueueHoldsThreadsThatWait() throws Exception {
        outnumbered(
                () -> {
                    for (int i = 0; i < 64; i++) {
                        Thread.ofPlatform().start(() -> Thread.startVirtualThread(() -> {})).join();
                    }
                });
    }

    private interface Before {
        void run() throws Exception;
    }

    private void outnumbered(Before before) throws Exception {
        Carriers.Scheduler scheduler = Carriers.ofThisJvm();
        int present = scheduler.parallelism();
        CarrierLimits limits = CarrierLimits.from(present);
        Carriers carriers =
                new Carriers(limits, scheduler, Time.system(), events::add, abandoned::get);
        AtomicBoolean loops = new AtomicBoolean(true);
        CountDownLatch looping = new CountDownLatch(present);
        for (int i = 0; i < present; i++) {
            Thread.startVirtualThread(
                    () -> {
                        looping.countDown();
                        while (loops.get()) {
                            Thread.onSpinWait();
                        }
                    });
        }
        try {
            looping.await();
            before.run();
            AtomicBoolean ran = new AtomicBoolean();
            Thread.startVirtualThread(() -> ran.set(true));
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(50))
                    .until(
                            () -> {
                                carriers.tick();
                                return ran.get();
                            });
            assertThat(scheduler.parallelism()).isBetween(present + 1, limits.most());
            assertThat(events).anyMatch(GuardianEvent.CarriersChanged.class::isInstance);
        } finally {
            loops.set(false);
            carriers.reset();
        }
        assertThat(scheduler.parallelism()).isEqualTo(present);
    }

    @Test
    void thereIsABoundAndItIsToldOnce() throws Exception {
        Carriers.Scheduler real = Carriers.ofThisJvm();
        int present = real.parallelism();
        parallelism.set(2);
        Carriers carriers =
                carriers(new CarrierLimits(2, 4, Duration.ofMillis(300), Duration.ofSeconds(60)));
        AtomicBoolean loops = new AtomicBoolean(true);
        CountDownLatch looping = new CountDownLatch(present);
        for (int i = 0; i < present; i++) {
            loop(loops, looping);
        }
        looping.await();
        try {
            while (hasCarrierLeft()) { // one that was added before
                loop(loops, looping);
            }
            for (int i = 0; i < 40; i++) {
                carriers.tick();
                pass(Duration.ofMillis(300));
            }
            assertThat(carriers.waiting()).isEqualTo(Carriers.MOST_BEATS);
        } finally {
            loops.set(false);
        }
        await().until(() -> carriers.waiting() == 0);
        assertThat(parallelism).hasValue(4);
        assertThat(events).filteredOn(GuardianEvent.CarriersExhausted.class::isInstance).hasSize(1);
    }

    private static void loop(AtomicBoolean goesOn, CountDownLatch looping) {
        Thread.startVirtualThread(
                () -> {
                    looping.countDown();
                    while (goesOn.get()) {
                        Thread.onSpinWait();
                    }
                });
    }

    /** Whether a thread finds one within a time in which an idle one would have been woken. */
    private static boolean hasCarrierLeft() throws InterruptedException {
        CountDownLatch probe = new CountDownLatch(1);
        Thread.startVirtualThread(probe::countDown);
        return probe.await(1, TimeUnit.SECONDS);
    }
}
