package io.erlmcp.telemetry;

import io.erlmcp.recovery.RecoveryEvent;
import io.erlmcp.telemetry.MetricNames.Kind;
import io.erlmcp.telemetry.MetricNames.Metric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what recovery does. Components are as many as are remembered: one that is forgotten loses
 * its gauge.
 *
 * <p>Process model: no thread; counts on the thread where it happens.
 */
final class RecoveryMetrics {
    private static final Metric STRATEGIES =
            new Metric(
                    "erlmcp_recovery_strategy_selected_total",
                    Kind.COUNTER,
                    List.of("type"),
                    "Plans that were selected for failures, by the class of the failure.");
    private static final Metric STEPS =
            new Metric(
                    "erlmcp_recovery_step_executed_total",
                    Kind.COUNTER,
                    List.of("step", "result"),
                    "Steps of plans, by what came of them: a restart is started first, and has"
                            + " succeeded or failed later.");
    private static final Metric PATTERNS =
            new Metric(
                    "erlmcp_failure_pattern_detected_total",
                    Kind.COUNTER,
                    List.of("pattern"),
                    "Failures in which something stood out: the same error three times in a row,"
                            + " more and more of them, a cascade, a resource that ran out.");
    private static final Metric HISTORY =
            new Metric(
                    "erlmcp_failure_history_size",
                    Kind.GAUGE,
                    List.of("component"),
                    "Failures of a component that are remembered.");
    private static final Metric DENIED =
            new Metric(
                    "erlmcp_recovery_denied_total",
                    Kind.COUNTER,
                    List.of(),
                    "Starts that were denied because the component is halted.");
    private static final Metric EXHAUSTED =
            new Metric(
                    "erlmcp_recovery_exhausted_total",
                    Kind.COUNTER,
                    List.of("type"),
                    "Components that were halted because no restart was left, by the class of the"
                            + " last failure.");
    private static final Metric NOT_DONE =
            new Metric(
                    "erlmcp_recovery_not_done_total",
                    Kind.COUNTER,
                    List.of(),
                    "Halts, receipts and investigations that were ordered and not done.");

    /** What this class counts. */
    static final List<Metric> NAMES =
            List.of(STRATEGIES, STEPS, PATTERNS, HISTORY, DENIED, EXHAUSTED, NOT_DONE);

    private final MeterRegistry registry;
    private final Map<String, History> sizes = new ConcurrentHashMap<>();

    private record History(AtomicInteger size, Gauge gauge) {}

    RecoveryMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void on(RecoveryEvent event) {
        switch (event) {
            case RecoveryEvent.Decided it -> {
                if (!it.plan().isEmpty()) {
                    count(STRATEGIES, "type", it.diagnosis().type().text());
                }
            }
            case RecoveryEvent.Settled it -> {}
            case RecoveryEvent.StepExecuted it ->
                    count(STEPS, "step", it.step().text(), "result", it.result().text());
            case RecoveryEvent.PatternDetected it ->
                    count(PATTERNS, "pattern", it.pattern().text());
            case RecoveryEvent.HistoryGrew it -> grew(it.component().path(), it.size());
            case RecoveryEvent.HistoryForgotten it -> {
                History gone = sizes.remove(it.component().path());
                if (gone != null) {
                    registry.remove(gone.gauge());
                }
            }
            case RecoveryEvent.RestartDenied it -> count(DENIED);
            case RecoveryEvent.Exhausted it -> count(EXHAUSTED, "type", it.type().text());
            case RecoveryEvent.NotDone it -> count(NOT_DONE);
            case RecoveryEvent.Notified it -> {}
            case RecoveryEvent.Recovered it -> {}
            case RecoveryEvent.BundleKept it -> {}
        }
    }

    private void grew(String component, int size) {
        sizes.computeIfAbsent(component, this::history).size().set(size);
    }

    private History history(String component) {
        AtomicInteger size = new AtomicInteger();
        return new History(
                size,
                Gauge.builder(HISTORY.name(), size, AtomicInteger::get)
                        .description(HISTORY.description())
                        .tags("component", component)
                        .register(registry));
    }

    private void count(Metric metric, String... labels) {
        Counter.builder(metric.name())
                .description(metric.description())
                .tags(labels)
                .register(registry)
                .increment();
    }
}
