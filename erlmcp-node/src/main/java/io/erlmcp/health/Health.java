package io.erlmcp.health;

import io.erlmcp.observability.ComponentId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the node is in its life, and what keeps it from taking requests. Thread-safe; its life goes
 * forward only.
 *
 * <p>Process model: no thread, no lock; the node writes, probes read.
 */
public final class Health {
    private final List<Supplier<@Nullable String>> obstacles = new CopyOnWriteArrayList<>();
    private volatile boolean hasStarted;
    private volatile @Nullable String stopping;
    private volatile Supplier<HealthReport> report = () -> HealthReport.EMPTY;

    /** Why the node takes no requests, in words; null when it does. */
    public @Nullable String notReady() {
        String reason = stopping;
        if (reason != null) {
            return reason;
        }
        if (!hasStarted) {
            return "the node is starting";
        }
        for (Supplier<@Nullable String> obstacle : obstacles) {
            String now = obstacle.get();
            if (now != null) {
                return now;
            }
        }
        ComponentId unready = report.get().unready();
        return unready == null ? null : "a component that is needed is unhealthy";
    }

    /**
     * From now on the node is ready only while {@code reason} gives none; quick to ask, and for
     * everybody to read.
     */
    public void unless(Supplier<@Nullable String> reason) {
        obstacles.add(reason);
    }

    public boolean isReady() {
        return notReady() == null;
    }

    public void ready() {
        hasStarted = true;
    }

    /** From now on {@code /ready} says no, and {@code reason}. */
    public void draining(String reason) {
        stopping = reason;
    }

    /** Where the findings of the checks are. */
    public void watchedBy(HealthMonitor monitor) {
        report = monitor::report;
    }

    public HealthReport report() {
        return report.get();
    }
}
