package io.erlmcp.telemetry;

import io.erlmcp.guardian.Guardian;
import io.erlmcp.health.HealthMonitor;
import io.erlmcp.network.Traffic;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens, for {@code /metrics}. The registry behind it takes a fifth of a start
 * without an AOT cache, so a start does not wait for it: what comes before it is there is kept, in
 * order, and counted then.
 *
 * <p>Process model: {@link #start} begins a thread that makes the registry a second later, or at
 * once when it is asked for or much is kept; {@link #close} joins it. It is a platform thread, for
 * on one processor a virtual one would keep calls from theirs meanwhile. From then on events are
 * counted on the thread where they happen.
 */
public final class Metrics implements Observer, AutoCloseable {
    /** So much is kept; whoever brings more waits for the registry. */
    static final int MOST_KEPT = 10_000;

    /** Guards {@link #kept} and the change of {@link #meters}; nothing is counted under it. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Guards the making: one thread makes it, others wait for that. */
    private final ReentrantLock making = new ReentrantLock();

    private final Duration afterStart;
    private final CountDownLatch asked = new CountDownLatch(1);
    private List<Consumer<Meters>> kept = new ArrayList<>();
    private volatile @Nullable Meters meters;
    private @Nullable Thread maker;

    public Metrics() {
        this(Duration.ofSeconds(1));
    }

    /**
     * @param afterStart when the registry is made at the latest
     */
    Metrics(Duration afterStart) {
        this.afterStart = afterStart;
    }

    /** What the gauges read; each must be quick. */
    public record Gauges(
            IntSupplier inFlight,
            IntSupplier waiting,
            IntSupplier sessions,
            IntSupplier listenStreams,
            IntSupplier tasks,
            IntSupplier tasksRunning,
            IntSupplier connections,
            IntSupplier ready) {}

    /** The node is ready: from now on the registry may take its time. */
    public void start() {
        maker = Threads.startPlatform("metrics", this::makeLater);
    }

    private void makeLater() {
        try {
            var _ = asked.await(afterStart.toNanos(), TimeUnit.NANOSECONDS);
            meters();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void on(Event event) {
        Meters there = meters;
        if (there == null) {
            with(it -> it.on(event));
        } else {
            there.on(event);
        }
    }

    public void gauges(Gauges gauges) {
        with(it -> it.gauges(gauges));
    }

    /** Shows how many upstream servers are there. */
    public void upstreams(IntSupplier up, List<ComponentId> all) {
        with(it -> it.upstreams(up, all));
    }

    /** Shows what the guardian and the health checks know. */
    public void resources(Guardian guardian, HealthMonitor monitor, IntSupplier abandoned) {
        with(it -> it.resources(guardian, monitor, abandoned));
    }

    /** Shows what {@code traffic} counts. */
    public void traffic(String transport, Traffic traffic) {
        with(it -> it.traffic(transport, traffic));
    }

    private void with(Consumer<Meters> what) {
        Meters there = meters;
        if (there == null && keep(what)) {
            return;
        }
        what.accept(there == null ? meters() : there);
    }

    /** False when it is to be done now. */
    private boolean keep(Consumer<Meters> what) {
        lock.lock();
        try {
            if (meters != null || kept.size() >= MOST_KEPT) {
                return false;
            }
            kept.add(what);
            if (kept.size() >= MOST_KEPT / 2) {
                asked.countDown();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether events are counted where they happen. */
    boolean isThere() {
        return meters != null;
    }

    /** The registry, with all that came before. */
    private Meters meters() {
        Meters there = meters;
        if (there != null) {
            return there;
        }
        making.lock();
        try {
            there = meters;
            return there == null ? make() : there;
        } finally {
            making.unlock();
        }
    }

    private Meters make() {
        Meters made = new Meters();
        while (!isTakenOver(made)) {
            taken().forEach(it -> it.accept(made));
        }
        return made;
    }

    /** True when nothing is kept any more: what comes from now on goes straight to it. */
    private boolean isTakenOver(Meters made) {
        lock.lock();
        try {
            if (kept.isEmpty()) {
                meters = made;
            }
            return kept.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private List<Consumer<Meters>> taken() {
        lock.lock();
        try {
            List<Consumer<Meters>> all = kept;
            kept = new ArrayList<>();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** All metrics in the Prometheus text format. */
    public String scrape() {
        return meters().scrape();
    }

    @Override
    public void close() {
        Thread thread = maker;
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Meters there = meters;
        if (there != null) {
            there.close();
        }
    }
}
