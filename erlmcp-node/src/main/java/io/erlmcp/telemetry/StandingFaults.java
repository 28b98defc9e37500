package io.erlmcp.telemetry;

import io.erlmcp.store.StoreEvent;
import io.erlmcp.telemetry.MetricNames.Kind;
import io.erlmcp.telemetry.MetricNames.Metric;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Shows what is wrong now: from the event that says so to the one that takes it back. A counter
 * alone cannot tell whoever looks later that it is over.
 */
final class StandingFaults {
    private static final Metric STORE_REFUSING =
            new Metric(
                    "erlmcp_store_refusing_writes",
                    Kind.GAUGE,
                    List.of(),
                    "Disk stores that take no writes, because one has failed.");

    static final List<Metric> NAMES = List.of(STORE_REFUSING);

    private final AtomicInteger refusing = new AtomicInteger();

    StandingFaults(MeterRegistry registry) {
        gauge(registry, STORE_REFUSING, refusing::get);
    }

    void on(StoreEvent event) {
        switch (event) {
            case StoreEvent.WritesFailed it -> refusing.incrementAndGet();
            case StoreEvent.WritesResumed it -> refusing.decrementAndGet();
            case StoreEvent.DamageFound it -> {}
            case StoreEvent.Synced it -> {}
        }
    }

    private static void gauge(MeterRegistry registry, Metric metric, IntSupplier value) {
        Gauge.builder(metric.name(), value, IntSupplier::getAsInt)
                .description(metric.description())
                .strongReference(true)
                .register(registry);
    }
}
