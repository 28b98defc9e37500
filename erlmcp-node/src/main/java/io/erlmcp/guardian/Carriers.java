package io.erlmcp.guardian;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that virtual threads find a carrier although some of them never let go of theirs: code
 * that loops cannot be stopped, only outnumbered.
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

    private final CarrierLimits limits;
    private final Scheduler scheduler;
    private final Time time;
    private final Observer observer;
    private final IntSupplier abandoned;
    private @Nullable AtomicBoolean beat;
    private long beatNanos;
    private long troubleNanos;
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
            send(now);
        } else if (now - beatNanos >= limits.patience().toNanos()) {
            late(now);
        }
    }

    private void send(long now) {
        AtomicBoolean next = new AtomicBoolean();
        beat = next;
        beatNanos = now;
        Threads.startVirtual("carrier-beat", () -> next.set(true));
    }

    private void late(long now) {
        troubleNanos = now;
        int carriers = scheduler.parallelism();
        if (carriers < limits.most()) {
            beatNanos = now; // the new one gets as much time
            change(carriers + 1);
        } else if (!isToldExhausted) {
            isToldExhausted = true;
            observer.on(
                    new GuardianEvent.CarriersExhausted(
                            carriers, Duration.ofNanos(now - beatNanos)));
        }
    }

    /** Takes away what was added, one at a time, but for those that abandoned calls may hold. */
    private void calm(long now) {
        isToldExhausted = false;
        int carriers = scheduler.parallelism();
        int needed = limits.least() + abandoned.getAsInt();
        if (carriers > needed && now - troubleNanos >= limits.calm().toNanos()) {
            troubleNanos = now;
            change(carriers - 1);
        }
    }

    private void change(int carriers) {
        scheduler.parallelism(carriers);
        observer.on(
                new GuardianEvent.CarriersChanged(carriers, limits.most(), abandoned.getAsInt()));
    }

    /** As it was before. */
    void reset() {
        if (scheduler.parallelism() > limits.least()) {
            scheduler.parallelism(limits.least());
        }
    }
}
