package io.erlmcp.telemetry;

import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.http.HttpEvent;
import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.network.Traffic;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.session.SessionEvent;
import io.erlmcp.store.StoreEvent;
import io.erlmcp.task.TaskEvent;
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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/**
 * Counts what happens, for {@code /metrics}.
 *
 * <p>Process model: no thread of its own. Events are counted on the thread where they happen,
 * without locks: a map lookup and an adder. The garbage collector's figures come from the JVM's own
 * notification thread until {@link #close}.
 */
public final class Metrics implements Observer, AutoCloseable {
    /** More tools than this are counted as one, so that nobody fills the memory with names. */
    static final int MAX_TOOLS = 1000;

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Latencies requestLatencies = new Latencies(MetricNames.REQUESTS);
    private final Latencies toolLatencies = new Latencies(MetricNames.TOOL_CALLS);
    private final Latencies taskLatencies = new Latencies(MetricNames.TASKS_DURATION);
    private final Map<String, CallCells> requests = new ConcurrentHashMap<>();
    private final Map<String, CallCells> tools = new ConcurrentHashMap<>();
    private final Map<Integer, Counter> errors = new ConcurrentHashMap<>();
    private final Counter abandoned = counter(MetricNames.ABANDONED);
    private final Counter loopBlocked = counter(MetricNames.LOOP_BLOCKED);
    private final Counter opened = counter(MetricNames.CONNECTIONS_OPENED);
    private final Counter slowReaders = counter(MetricNames.SLOW_READERS);
    private final Counter acceptPaused = counter(MetricNames.ACCEPT_PAUSED);
    private final Counter handlerFailed = counter(MetricNames.HANDLER_FAILED);

    public Metrics() {
        registry.getPrometheusRegistry().register(requestLatencies);
        registry.getPrometheusRegistry().register(toolLatencies);
        registry.getPrometheusRegistry().register(taskLatencies);
        new JvmMemoryMetrics().bindTo(registry);
        gc.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
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

    public void gauges(Gauges gauges) {
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
            case SessionEvent session -> onSession(session);
            case TaskEvent task -> onTask(task);
            case HttpEvent http -> onHttp(http);
            case ConnectionEvent connection -> onConnection(connection);
            case StoreEvent store -> onStore(store);
            default -> {}
        }
    }

    private void onCall(DispatchEvent event) {
        switch (event) {
            case DispatchEvent.CallFinished call -> finished(call);
            case DispatchEvent.CallAbandoned call -> abandoned.increment();
            case DispatchEvent.LoopBlocked call -> loopBlocked.increment();
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

    private void onSession(SessionEvent event) {
        switch (event) {
            case SessionEvent.SessionOpened it ->
                    counter(MetricNames.SESSIONS_OPENED, "transport", it.transport()).increment();
            case SessionEvent.SessionRevived it ->
                    counter(MetricNames.SESSIONS_REVIVED, "transport", it.transport()).increment();
            case SessionEvent.SessionClosed it ->
                    counter(MetricNames.SESSIONS_CLOSED, "transport", it.transport()).increment();
            case SessionEvent.AuthenticationFailed it ->
                    counter(MetricNames.AUTHENTICATION_FAILED, "transport", it.transport())
                            .increment();
            case SessionEvent.SlowReaderCut it ->
                    counter(MetricNames.PEERS_CUT, "transport", it.transport()).increment();
            case SessionEvent.MessageRefused it ->
                    counter(
                                    MetricNames.MESSAGES_REFUSED,
                                    "transport",
                                    it.transport(),
                                    "code",
                                    Integer.toString(it.code()))
                            .increment();
        }
    }

    private void onTask(TaskEvent event) {
        switch (event) {
            case TaskEvent.TaskCreated it -> counter(MetricNames.TASKS_CREATED).increment();
            case TaskEvent.TaskEnded it -> {
                counter(ended(it.status())).increment();
                taskLatencies.cell("outcome", word(it.status())).record(it.nanos());
            }
            case TaskEvent.TaskRefused it -> counter(MetricNames.TASKS_REFUSED).increment();
            case TaskEvent.TasksExpired it ->
                    counter(MetricNames.TASKS_EXPIRED).increment(it.count());
            case TaskEvent.TasksInterrupted it ->
                    counter(MetricNames.TASKS_FAILED).increment(it.count());
            case TaskEvent.TaskAbandoned it -> abandoned.increment();
            case TaskEvent.TaskUnsaved it -> {}
        }
    }

    private static MetricNames.Metric ended(TaskStatus status) {
        return switch (status) {
            case COMPLETED -> MetricNames.TASKS_COMPLETED;
            case CANCELLED -> MetricNames.TASKS_CANCELLED;
            case TOOL_ERROR, FAILED, WORKING, INPUT_REQUIRED -> MetricNames.TASKS_FAILED;
        };
    }

    private void onStore(StoreEvent event) {
        switch (event) {
            case StoreEvent.Synced it -> {
                counter(MetricNames.STORE_SYNCS).increment();
                counter(MetricNames.STORE_CHANGES).increment(it.changes());
            }
            case StoreEvent.WritesFailed it -> counter(MetricNames.STORE_FAILED).increment();
            case StoreEvent.WritesResumed it -> {}
            case StoreEvent.DamageFound it -> counter(MetricNames.STORE_DAMAGE).increment();
        }
    }

    private void onHttp(HttpEvent event) {
        switch (event) {
            case HttpEvent.ConnectionOpened it -> opened.increment();
            case HttpEvent.ConnectionClosed it ->
                    counter(MetricNames.CONNECTIONS_CLOSED, "reason", word(it.reason()))
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
            case ConnectionEvent.Closed it ->
                    counter(
                                    MetricNames.PEERS_CLOSED,
                                    "transport",
                                    it.transport(),
                                    "reason",
                                    word(it.reason()))
                            .increment();
            case ConnectionEvent.Malformed it ->
                    counter(MetricNames.MALFORMED, "transport", it.transport()).increment();
            case ConnectionEvent.AcceptPaused it -> acceptPaused.increment();
            case ConnectionEvent.AcceptResumed it -> {}
            case ConnectionEvent.HandlerFailed it -> handlerFailed.increment();
        }
    }

    /** Shows what {@code traffic} counts. */
    public void traffic(String transport, Traffic traffic) {
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
                word(call.outcome()),
                "revision",
                call.revision().text());
    }

    private Latencies.Cell toolCell(String tool, DispatchEvent.CallFinished call) {
        return toolLatencies.cell("tool", tool, "outcome", word(call.outcome()));
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

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** All metrics in the Prometheus text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
