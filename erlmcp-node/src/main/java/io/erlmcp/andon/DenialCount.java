package io.erlmcp.andon;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts refused calls, and tells of them once a second at most for each component that refuses: as
 * many as are halted.
 */
final class DenialCount {
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Time time;
    private final Observer observer;
    private final ConcurrentHashMap<ComponentId, Untold> untold = new ConcurrentHashMap<>();

    private static final class Untold {
        private final LongAdder count = new LongAdder();
        private final AtomicLong nextNanos;
        private volatile String method = "";

        Untold(long nextNanos) {
            this.nextNanos = new AtomicLong(nextNanos);
        }
    }

    DenialCount(Time time, Observer observer) {
        this.time = time;
        this.observer = observer;
    }

    void denied(ComponentId component, String method) {
        observer.on(new AndonEvent.CallDenied(component, method));
        long now = time.nanos();
        Untold its = untold.computeIfAbsent(component, it -> new Untold(now));
        its.count.increment();
        its.method = method;
        long next = its.nextNanos.get();
        if (now - next >= 0 && its.nextNanos.compareAndSet(next, now + PAUSE_NANOS)) {
            observer.on(new AndonEvent.CallsDenied(component, method, its.count.sumThenReset()));
        }
    }

    /** The component goes on: tells what has not been told yet. */
    void forget(ComponentId component) {
        Untold its = untold.remove(component);
        long left = its == null ? 0 : its.count.sumThenReset();
        if (its != null && left > 0) {
            observer.on(new AndonEvent.CallsDenied(component, its.method, left));
        }
    }
}
