package io.erlmcp.telemetry;

import io.erlmcp.guardian.Guardian;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.guardian.Reading;
import io.erlmcp.guardian.Resource;
import io.erlmcp.health.HealthEvent;
import io.erlmcp.health.HealthMonitor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/** Counts what the guardian and the health checks do, and shows what they know. */
final class ResourceMetrics {
    private final MeterRegistry registry;

    ResourceMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void on(GuardianEvent event) {
        switch (event) {
            case GuardianEvent.Warned it ->
                    count(
                            ResourceMetricNames.RESOURCE_WARNINGS,
                            1,
                            "resource",
                            it.resource().word());
            case GuardianEvent.Degraded it ->
                    count(ResourceMetricNames.DEGRADATIONS, 1, "resource", it.resource().word());
            case GuardianEvent.Recovered it ->
                    count(ResourceMetricNames.DEGRADATION_SECONDS, it.held().toNanos() / 1e9);
            case GuardianEvent.EmergencyStop it ->
                    count(ResourceMetricNames.EMERGENCIES, 1, "resource", it.resource().word());
            case GuardianEvent.SheddingBegan it ->
                    count(ResourceMetricNames.SHEDDINGS, 1, "cause", it.what());
            case GuardianEvent.CarriersChanged it -> count(ResourceMetricNames.CARRIERS_CHANGED, 1);
            case GuardianEvent.ToolHalted it -> count(ResourceMetricNames.TOOLS_HALTED, 1);
            case GuardianEvent.CarriersExhausted it -> {}
            case GuardianEvent.Eased it -> {}
            case GuardianEvent.LimitsRaised it -> {}
            case GuardianEvent.SheddingEnded it -> {}
            case GuardianEvent.StepFailed it -> {}
        }
    }

    void on(HealthEvent event) {
        switch (event) {
            case HealthEvent.ComponentTurned it ->
                    count(
                            ResourceMetricNames.HEALTH_TURNS,
                            1,
                            "component",
                            it.component().path(),
                            "to",
                            it.to().name().toLowerCase(Locale.ROOT));
            case HealthEvent.NodeTurned it -> {}
        }
    }

    void show(Guardian guardian, HealthMonitor monitor) {
        gauge(ResourceMetricNames.MEMORY_USAGE, () -> percent(guardian, Resource.MEMORY));
        gauge(ResourceMetricNames.PROCESS_USAGE, () -> percent(guardian, Resource.PROCESS));
        gauge(ResourceMetricNames.FD_USAGE, () -> percent(guardian, Resource.FD));
        gauge(ResourceMetricNames.CPU_USAGE, guardian::cpuPercent);
        gauge(ResourceMetricNames.RATE_REDUCTION, () -> 100 - guardian.percent());
        gauge(ResourceMetricNames.HEALTH_SCORE, () -> monitor.report().score());
        for (Resource resource : Resource.values()) {
            gauge(
                    ResourceMetricNames.RESOURCE_USAGE,
                    () -> percent(guardian, resource),
                    "resource",
                    resource.word());
            gauge(
                    ResourceMetricNames.DEGRADATION_ACTIVE,
                    () -> guardian.isDegraded(resource) ? 1 : 0,
                    "resource",
                    resource.word());
        }
    }

    private static double percent(Guardian guardian, Resource resource) {
        Reading reading = guardian.usage().get(resource);
        return reading == null ? 0 : reading.percent();
    }

    private void count(MetricNames.Metric metric, double amount, String... labels) {
        Counter.builder(metric.name())
                .description(metric.description())
                .tags(labels)
                .register(registry)
                .increment(amount);
    }

    private void gauge(MetricNames.Metric metric, DoubleSupplier value, String... labels) {
        Gauge.builder(metric.name(), value, DoubleSupplier::getAsDouble)
                .description(metric.description())
                .tags(labels)
                .strongReference(true)
                .register(registry);
    }
}
