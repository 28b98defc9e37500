package io.erlmcp.telemetry;

import io.erlmcp.andon.AndonEvent;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.telemetry.MetricNames.Kind;
import io.erlmcp.telemetry.MetricNames.Metric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what happens around the andon cord.
 *
 * <p>Process model: no thread; counts on the thread where it happens, without locks.
 */
final class AndonMetrics {
    /** More components than this are counted as one. */
    static final int MAX_COMPONENTS = 1_000;

    private static final Metric HALTED =
            new Metric("erlmcp_andon_halted", Kind.GAUGE, List.of(), "Components that are halted.");
    private static final Metric HALTS =
            new Metric(
                    "erlmcp_andon_halts_total",
                    Kind.COUNTER,
                    List.of("category"),
                    "Components that were halted, by the kind of reason.");
    private static final Metric RESUMES =
            new Metric(
                    "erlmcp_andon_resumes_total",
                    Kind.COUNTER,
                    List.of("forced"),
                    "Components that were resumed; forced is true without the analysis that was"
                            + " asked for.");
    private static final Metric DENIED =
            new Metric(
                    "erlmcp_andon_denied_total",
                    Kind.COUNTER,
                    List.of("component"),
                    "Calls refused because of a halted component; beyond 1,000 components the name"
                            + " is other.");
    private static final Metric STARTS_DENIED =
            new Metric(
                    "erlmcp_andon_starts_denied_total",
                    Kind.COUNTER,
                    List.of("component"),
                    "Starts that were left out because of a halt.");
    private static final Metric NOT_KEPT =
            new Metric(
                    "erlmcp_andon_not_kept_total",
                    Kind.COUNTER,
                    List.of(),
                    "Halts, receipts and states that could not be written.");
    private static final Metric UNREADABLE =
            new Metric(
                    "erlmcp_andon_unreadable_total",
                    Kind.COUNTER,
                    List.of(),
                    "Halt states, receipts and saved states that were not what was written.");
    private static final Metric RECEIPTS =
            new Metric(
                    "erlmcp_receipts_total",
                    Kind.COUNTER,
                    List.of(),
                    "Receipts that were written since the node started.");
    private static final Metric DURATION =
            new Metric(
                    "erlmcp_graceful_shutdown_duration_seconds",
                    Kind.HISTOGRAM,
                    List.of("component"),
                    "How long stops in order took; buckets up to 40 s.");
    private static final Metric PHASE =
            new Metric(
                    "erlmcp_graceful_shutdown_phase",
                    Kind.GAUGE,
                    List.of("component"),
                    "How far a component is on its way to a stop: 0 running, 1 draining, 2 halting,"
                            + " 3 stopped.");
    private static final Metric DRAINED =
            new Metric(
                    "erlmcp_graceful_shutdown_drained_requests_total",
                    Kind.COUNTER,
                    List.of(),
                    "Calls that came to their end while their component stopped.");
    private static final Metric FORCED =
            new Metric(
                    "erlmcp_graceful_shutdown_forced_closures_total",
                    Kind.COUNTER,
                    List.of(),
                    "Calls that were cut while their component stopped.");
    private static final Metric SHUTDOWNS =
            new Metric(
                    "erlmcp_shutdown_events_total",
                    Kind.COUNTER,
                    List.of("phase"),
                    "Phases of stops in order that were entered.");

    /** What this class counts. */
    static final List<Metric> NAMES =
            List.of(
                    HALTED,
                    HALTS,
                    RESUMES,
                    DENIED,
                    STARTS_DENIED,
                    NOT_KEPT,
                    UNREADABLE,
                    RECEIPTS,
                    DURATION,
                    PHASE,
                    DRAINED,
                    FORCED,
                    SHUTDOWNS);

    private final MeterRegistry registry;
    private final AtomicInteger halted = new AtomicInteger();
    private final Map<String, AtomicInteger> phases = new ConcurrentHashMap<>();
    private final Map<String, Counter> denied = new ConcurrentHashMap<>();

    AndonMetrics(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder(HALTED.name(), halted, AtomicInteger::get)
                .description(HALTED.description())
                .register(registry);
    }

    void on(AndonEvent event) {
        switch (event) {
            case AndonEvent.HaltsHeld it -> halted.set(it.count());
            case AndonEvent.Halted it ->
                    counter(HALTS, "category", it.halt().category().text()).increment();
            case AndonEvent.Resumed it ->
                    counter(RESUMES, "forced", Boolean.toString(it.stop().isForced())).increment();
            case AndonEvent.CallDenied it -> denied(it.component()).increment();
            case AndonEvent.CallsDenied it -> {}
            case AndonEvent.StartDenied it ->
                    counter(STARTS_DENIED, "component", name(it.component())).increment();
            case AndonEvent.PhaseChanged it -> {
                phase(it.component()).set(it.phase().number());
                counter(SHUTDOWNS, "phase", it.phase().text()).increment();
            }
            case AndonEvent.DrainFinished it -> finished(it);
            case AndonEvent.ReceiptWritten it -> counter(RECEIPTS).increment();
            case AndonEvent.NotKept it -> counter(NOT_KEPT).increment();
            case AndonEvent.Unreadable it -> counter(UNREADABLE).increment();
            case AndonEvent.StateSaved it -> {}
            case AndonEvent.StateRestored it -> {}
            case AndonEvent.StateExpired it -> {}
        }
    }

    private void finished(AndonEvent.DrainFinished drain) {
        Timer.builder(DURATION.name())
                .description(DURATION.description())
                .tag("component", name(drain.component()))
                .serviceLevelObjectives(
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(40))
                .register(registry)
                .record(drain.took());
        counter(DRAINED).increment((double) drain.drained());
        counter(FORCED).increment((double) drain.forced());
    }

    private Counter denied(ComponentId component) {
        Counter known = denied.get(component.path());
        return known != null
                ? known
                : denied.computeIfAbsent(name(component), it -> counter(DENIED, "component", it));
    }

    private AtomicInteger phase(ComponentId component) {
        return phases.computeIfAbsent(
                name(component),
                name -> {
                    AtomicInteger phase = new AtomicInteger();
                    Gauge.builder(PHASE.name(), phase, AtomicInteger::get)
                            .description(PHASE.description())
                            .tag("component", name)
                            .register(registry);
                    return phase;
                });
    }

    /** Names that operators made up must not fill the memory. */
    private String name(ComponentId component) {
        String path = component.path();
        return phases.containsKey(path)
                        || denied.containsKey(path)
                        || phases.size() + denied.size() < MAX_COMPONENTS
                ? path
                : "other";
    }

    private Counter counter(Metric metric, String... labels) {
        return Counter.builder(metric.name())
                .description(metric.description())
                .tags(labels)
                .register(registry);
    }
}
