package io.erlmcp.telemetry;

import io.erlmcp.andon.AndonEvent;
import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.guardian.Guardian;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.health.HealthEvent;
import io.erlmcp.health.HealthMonitor;
import io.erlmcp.http.HttpEvent;
import io.erlmcp.migration.MigrationEvent;
import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.network.Traffic;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.Revision;
import io.erlmcp.recovery.RecoveryEvent;
import io.erlmcp.resilience.ResilienceEvent;
import io.erlmcp.session.SessionEvent;
import io.erlmcp.store.StoreEvent;
import io.erlmcp.supervision.SupervisionEvent;
import io.erlmcp.task.TaskEvent;
import io.erlmcp.upstream.UpstreamEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/**
 * What is counted, in the registry that {@code /metrics} is written from.
 *
 * <p>Process model: no thread of its own. Events are counted on the thread where they happen,
 * without locks: a map lookup and an adder. The garbage collector's figures come from the JVM's own
 * notification thread until {@link #close}.
 */
final class Meters implements Observer, AutoCloseable {
    /** More tools than this are counted as one, so that nobody fills the memory with names. */
    static final int MAX_TOOLS = 1000;

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ResourceMetrics resources = new ResourceMetrics(registry);
    private final SessionMetrics sessions = new SessionMetrics(registry);
    private final AndonMetrics andon = new AndonMetrics(registry);
    private final RecoveryMetrics recovery = new RecoveryMetrics(registry);
    private final StandingFaults standing = new StandingFaults(registry);
    private final BreakerGauges breakers = new BreakerGauges(registry);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Latencies requestLatencies = new Latencies(MetricNames.REQUESTS);
    private final Latencies toolLatencies = new Latencies(MetricNames.TOOL_CALLS);
    private final Map<String, CallCells> requests = new ConcurrentHashMap<>();
    private final Map<String, CallCells> tools = new ConcurrentHashMap<>();
    private final Map<Integer, Counter> errors = new ConcurrentHashMap<>();
    private final Counter abandoned = counter(MetricNames.ABANDONED);
    private final Counter loopBlocked = counter(MetricNames.LOOP_BLOCKED);
    private final Counter opened = counter(MetricNames.CONNECTIONS_OPENED);
    private final Counter slowReaders = counter(MetricNames.SLOW_READERS);
    private final Counter acceptPaused = counter(MetricNames.ACCEPT_PAUSED);
    private final Counter rejected = counter(MetricNames.CONNECTIONS_REJECTED);
    private final Counter handlerFailed = counter(MetricNames.HANDLER_FAILED);

    Meters() {
        registry.getPrometheusRegistry().register(requestLatencies);
        registry.getPrometheusRegistry().register(toolLatencies);
        new JvmMemoryMetrics().bindTo(registry);
        gc.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    void gauges(Metrics.Gauges gauges) {
        gauge(MetricNames.IN_FLIGHT, gauges.inFlight());
        gauge(MetricNames.WAITING, gauges.waiting());
        gauge(MetricNames.SESSIONS, gauges.sessions());
        gauge(MetricNames.LISTEN_STREAMS, gauges.listenStreams());
        gauge(MetricNames.TASKS, gauges.tasks());
        gauge(MetricNames.TASKS_RUNNING, gauges.tasksRunning());
        gauge(MetricNames.CONNECTIONS, gauges.connections());
        gauge(MetricNames.READY, gauges.ready());
    }

    @Override
    public void on(Event event) {
        switch (event) {
            case DispatchEvent call -> onCall(call);
            case SessionEvent session -> sessions.on(session);
            case TaskEvent task -> sessions.on(task);
            case HttpEvent http -> onHttp(http);
            case ConnectionEvent connection -> onConnection(connection);
            case StoreEvent store -> {
                standing.on(store);
                sessions.on(store);
            }
            case GuardianEvent guardian -> resources.on(guardian);
            case HealthEvent health -> resources.on(health);
            case UpstreamEvent upstream -> onUpstream(upstream);
            case ResilienceEvent.BreakerChanged it -> {
                breakers.show(it.component().path(), it.to());
                counter(
                                UpstreamMetricNames.BREAKER_CHANGES,
                                "component",
                                it.component().path(),
                                "to",
                                it.to())
                        .increment();
            }
            case MigrationEvent migration -> sessions.on(migration);
            case SupervisionEvent component -> onComponent(component);
            case AndonEvent cord -> andon.on(cord);
            case RecoveryEvent it -> recovery.on(it);
            default -> {}
        }
    }

    private void onCall(DispatchEvent event) {
        switch (event) {
            case DispatchEvent.CallFinished call -> finished(call);
            case DispatchEvent.CallAbandoned call -> abandoned.increment();
            case DispatchEvent.AbandonedCallEnded call -> {}
            case DispatchEvent.LoopBlocked call -> loopBlocked.increment();
            case DispatchEvent.CallShed call ->
                    counter(
                                    MetricNames.CALLS_SHED,
                                    "priority",
                                    MetricNames.word(call.priority()),
                                    "reason",
                                    MetricNames.word(call.reason()))
                            .increment();
            case DispatchEvent.MessageShed message ->
                    counter(MetricNames.MESSAGES_SHED).increment();
            case DispatchEvent.HeldBack it ->
                    counter(MetricNames.HELD_BACK, "what", it.what()).increment();
            case DispatchEvent.QueueFilling queue ->
                    counter(MetricNames.QUEUE_WARNINGS).increment();
        }
    }

    private void finished(DispatchEvent.CallFinished call) {
        // what a peer made up must not fill the memory with names
        String method = call.code() == ErrorCode.METHOD_NOT_FOUND ? "other" : call.method();
        cells(requests, method)
                .get(call.outcome(), call.revision(), () -> requestCell(method, call))
                .record(call.nanos());
        String target = call.target();
        if (target != null && call.method().equals("tools/call")) {
            CallCells known = tools.get(target);
            String tool = known != null || tools.size() < MAX_TOOLS ? target : "other";
            (known == null ? cells(tools, tool) : known)
                    .get(call.outcome(), Revision.LATEST, () -> toolCell(tool, call))
                    .record(call.nanos());
        }
        if (call.code() != 0) {
            errors.computeIfAbsent(
                            call.code(),
                            code -> counter(MetricNames.ERRORS, "code", code.toString()))
                    .increment();
        }
    }

    private void onUpstream(UpstreamEvent event) {
        MetricNames.Metric metric =
                switch (event) {
                    case UpstreamEvent.Up it -> UpstreamMetricNames.UPSTREAM_STARTS;
                    case UpstreamEvent.Down it -> UpstreamMetricNames.UPSTREAM_LOSSES;
                    case UpstreamEvent.Hung it -> UpstreamMetricNames.UPSTREAM_HUNG;
                    case UpstreamEvent.DefinitionChanged it -> UpstreamMetricNames.UPSTREAM_CHANGED;
                    case UpstreamEvent.QueueFilling it -> UpstreamMetricNames.UPSTREAM_QUEUES;
                    case UpstreamEvent.DefinitionAccepted it ->
                            UpstreamMetricNames.UPSTREAM_ACCEPTED;
                    case UpstreamEvent.LeftOut it -> UpstreamMetricNames.UPSTREAM_LEFT_OUT;
                    case UpstreamEvent.TooBig it -> UpstreamMetricNames.UPSTREAM_TOO_BIG;
                    case UpstreamEvent.ListFailed it -> UpstreamMetricNames.UPSTREAM_LISTS_FAILED;
                    case UpstreamEvent.Retried it -> UpstreamMetricNames.UPSTREAM_RETRIES;
                    case UpstreamEvent.StaleAnswer it -> UpstreamMetricNames.UPSTREAM_STALE;
                    case UpstreamEvent.QuestionRefused it -> UpstreamMetricNames.UPSTREAM_QUESTIONS;
                    case UpstreamEvent.PutLast it -> UpstreamMetricNames.UPSTREAM_PUT_LAST;
                    case UpstreamEvent.PutBack it -> null;
                    case UpstreamEvent.Said it -> null;
                };
        if (metric != null) {
            counter(metric, "upstream", event.component().path()).increment();
        }
    }

    /** Shows how many upstream servers are there. */
    void upstreams(IntSupplier up, List<ComponentId> all) {
        gauge(UpstreamMetricNames.UPSTREAM_UP, up);
        all.forEach(it -> breakers.show(it.path(), "closed"));
    }

    private void onComponent(SupervisionEvent event) {
        String component = event.component().path();
        switch (event) {
            case SupervisionEvent.Started it ->
                    counter(MetricNames.COMPONENT_STARTS, "component", component).increment();
            case SupervisionEvent.Failed it ->
                    counter(MetricNames.COMPONENT_FAILURES, "component", component).increment();
            case SupervisionEvent.StartDenied it ->
                    counter(MetricNames.STARTS_DENIED, "component", component).increment();
            case SupervisionEvent.Abandoned it ->
                    counter(MetricNames.COMPONENT_ABANDONED, "work", it.work()).increment();
            case SupervisionEvent.Ended it -> {}
            case SupervisionEvent.Stopped it -> {}
            case SupervisionEvent.StopFailed it -> {}
            case SupervisionEvent.MonitorFailed it -> {}
            case SupervisionEvent.AbandonedReturned it -> {}
            case SupervisionEvent.Escalated it -> {}
            case SupervisionEvent.ChildRefused it -> {}
            case SupervisionEvent.DecisionFailed it -> {}
        }
    }

    private void onHttp(HttpEvent event) {
        switch (event) {
            case HttpEvent.ConnectionOpened it -> opened.increment();
            case HttpEvent.ConnectionRejected it -> rejected.increment();
            case HttpEvent.ConnectionClosed it ->
                    counter(MetricNames.CONNECTIONS_CLOSED, "reason", MetricNames.word(it.reason()))
                            .increment();
            case HttpEvent.RequestRefused it ->
                    counter(MetricNames.HTTP_REFUSED, "status", Integer.toString(it.status()))
                            .increment();
            case HttpEvent.SlowReaderCut it -> slowReaders.increment();
            case HttpEvent.AcceptPaused it -> acceptPaused.increment();
            case HttpEvent.AcceptResumed it -> {}
            case HttpEvent.HandlerFailed it -> handlerFailed.increment();
        }
    }

    private void onConnection(ConnectionEvent event) {
        switch (event) {
            case ConnectionEvent.Opened it ->
                    counter(MetricNames.PEERS_OPENED, "transport", it.transport()).increment();
            case ConnectionEvent.Rejected it -> rejected.increment();
            case ConnectionEvent.Closed it ->
                    counter(
                                    MetricNames.PEERS_CLOSED,
                                    "transport",
                                    it.transport(),
                                    "reason",
                                    MetricNames.word(it.reason()))
                            .increment();
            case ConnectionEvent.Malformed it ->
                    counter(MetricNames.MALFORMED, "transport", it.transport()).increment();
            case ConnectionEvent.HandshakeFailed it ->
                    counter(MetricNames.HANDSHAKES_FAILED, "transport", it.transport()).increment();
            case ConnectionEvent.AcceptPaused it -> acceptPaused.increment();
            case ConnectionEvent.AcceptResumed it -> {}
            case ConnectionEvent.HandlerFailed it -> handlerFailed.increment();
        }
    }

    /** Shows what the guardian and the health checks know. */
    void resources(Guardian guardian, HealthMonitor monitor, IntSupplier abandoned) {
        resources.show(guardian, monitor);
        gauge(ResourceMetricNames.THREADS_ABANDONED, abandoned);
    }

    /** Shows what {@code traffic} counts. */
    void traffic(String transport, Traffic traffic) {
        total(MetricNames.MESSAGES, transport, "in", traffic, Traffic::messagesIn);
        total(MetricNames.MESSAGES, transport, "out", traffic, Traffic::messagesOut);
        total(MetricNames.MESSAGE_BYTES, transport, "in", traffic, Traffic::bytesIn);
        total(MetricNames.MESSAGE_BYTES, transport, "out", traffic, Traffic::bytesOut);
    }

    private void total(
            MetricNames.Metric metric,
            String transport,
            String direction,
            Traffic traffic,
            ToDoubleFunction<Traffic> count) {
        // a transport that runs again begins at 0 again, as scrapers expect of a restart
        FunctionCounter before =
                registry.find(metric.name())
                        .tags("transport", transport, "direction", direction)
                        .functionCounter();
        if (before != null) {
            registry.remove(before);
        }
        FunctionCounter.builder(metric.name(), traffic, count)
                .description(metric.description())
                .tags("transport", transport, "direction", direction)
                .register(registry);
    }

    private static CallCells cells(Map<String, CallCells> all, String name) {
        CallCells known = all.get(name);
        return known == null ? all.computeIfAbsent(name, it -> new CallCells()) : known;
    }

    private Latencies.Cell requestCell(String method, DispatchEvent.CallFinished call) {
        return requestLatencies.cell(
                "method",
                method,
                "outcome",
                MetricNames.word(call.outcome()),
                "revision",
                call.revision().text());
    }

    private Latencies.Cell toolCell(String tool, DispatchEvent.CallFinished call) {
        return toolLatencies.cell("tool", tool, "outcome", MetricNames.word(call.outcome()));
    }

    private Counter counter(MetricNames.Metric metric, String... labels) {
        return Counter.builder(metric.name())
                .description(metric.description())
                .tags(labels)
                .register(registry);
    }

    private void gauge(MetricNames.Metric metric, IntSupplier value) {
        Gauge.builder(metric.name(), value, IntSupplier::getAsInt)
                .description(metric.description())
                .strongReference(true)
                .register(registry);
    }

    /** All metrics in the Prometheus text format. */
    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
