package io.erlmcp.guardian;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that virtual threads find a carrier although some of them never let go of theirs: code
 * that loops cannot be stopped, only outnumbered.
 *
 * <p>More parallelism alone starts no carrier: the scheduler starts one when a thread is put into a
 * queue that looked empty, or into one that is full and grows. Where every queue already holds
 * threads that wait, neither happens by itself; so beats are added until a queue grows.
 *
 * <p>Process model: called by the guardian's platform thread alone. Each time it starts a virtual
 * thread that only says that it ran; where that takes too long, a carrier is added, up to a bound.
 */
final class Carriers {
    /** The number of carriers, to be read and set. */
    interface Scheduler {
        int parallelism();

        void parallelism(int carriers);
    }

    /** A queue of the scheduler has this many places before it grows, twice as many each time. */
    private static final int QUEUE_PLACES = 64;

    private static final int MOST_BEATS_AT_ONCE = 64 * QUEUE_PLACES;

    /** Beats that may wait for a carrier, each a thread that has not begun: some 10 MB. */
    static final int MOST_BEATS = 8 * MOST_BEATS_AT_ONCE;

    private final CarrierLimits limits;
    private final Scheduler scheduler;
    private final Time time;
    private final Observer observer;
    private final IntSupplier abandoned;
    private final AtomicInteger waiting = new AtomicInteger();
    private @Nullable AtomicBoolean beat;
    private long beatNanos;
    private long troubleNanos;
    private int beatsAtOnce = QUEUE_PLACES;
    private boolean isToldExhausted;

    Carriers(
            CarrierLimits limits,
            Scheduler scheduler,
            Time time,
            Observer observer,
            IntSupplier abandoned) {
        this.limits = limits;
        this.scheduler = scheduler;
        this.time = time;
        this.observer = observer;
        this.abandoned = abandoned;
        this.troubleNanos = time.nanos();
    }

    /** Those of this JVM. */
    static Carriers of(Guardian.Surroundings around, IntSupplier abandoned) {
        return new Carriers(
                around.carriers(), ofThisJvm(), around.time(), around.observer(), abandoned);
    }

    static Scheduler ofThisJvm() {
        VirtualThreadSchedulerMXBean bean =
                ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
        return new Scheduler() {
            @Override
            public int parallelism() {
                return bean.getParallelism();
            }

            @Override
            public void parallelism(int carriers) {
                bean.setParallelism(carriers);
            }
        };
    }

    /** Looks whether the last beat came, and sends the next. */
    void tick() {
        long now = time.nanos();
        AtomicBoolean last = beat;
        if (last == null || last.get()) {
            calm(now);
            AtomicBoolean next = new AtomicBoolean();
            beat = next;
            beatNanos = now;
            send(next);
        } else if (now - beatNanos >= limits.patience().toNanos()) {
            late(now);
            wake(last);
        }
    }

    private void send(AtomicBoolean beat) {
        Threads.startVirtual(
                "carrier-beat",
                () -> {
                    beat.set(true);
                    waiting.decrementAndGet();
                });
        waiting.incrementAndGet(); // only now: where no thread can be had, none waits
    }

    /** Beats that wait for a carrier. */
    int waiting() {
        return waiting.get();
    }

    /** Makes a queue grow, which starts the carrier that may be there now. */
    private void wake(AtomicBoolean beat) {
        for (int i = 0; i < beatsAtOnce && !beat.get() && waiting.get() < MOST_BEATS; i++) {
            send(beat);
        }
        beatsAtOnce = Math.min(beatsAtOnce * 2, MOST_BEATS_AT_ONCE);
    }

    private void late(long now) {
        troubleNanos = now;
        int carriers = scheduler.parallelism();
        if (carriers < limits.most()) {
            beatNanos = now; // the new one gets as much time
            change(carriers, carriers + 1);
            return;
        }
        if (!isToldExhausted) {
            isToldExhausted = true;
            observer.on(
                    new GuardianEvent.CarriersExhausted(
                            carriers, Duration.ofNanos(now - beatNanos)));
        }
        beatNanos = now;
    }

    /** Takes away what was added, one at a time, but for those that abandoned calls may hold. */
    private void calm(long now) {
        isToldExhausted = false;
        beatsAtOnce = QUEUE_PLACES;
        int carriers = scheduler.parallelism();
        int needed = limits.least() + abandoned.getAsInt();
        if (carriers > needed && now - troubleNanos >= limits.calm().toNanos()) {
            troubleNanos = now;
            change(carriers, carriers - 1);
        }
    }

    private void change(int before, int carriers) {
        scheduler.parallelism(carriers);
        observer.on(
                new GuardianEvent.CarriersChanged(
                        before, carriers, limits.most(), abandoned.getAsInt()));
    }

    /** As it was before. */
    void reset() {
        if (scheduler.parallelism() > limits.least()) {
            scheduler.parallelism(limits.least());
        }
    }
}
