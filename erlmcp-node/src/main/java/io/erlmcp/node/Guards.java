package io.erlmcp.node;

import io.erlmcp.config.BackpressureConfig;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.config.ResourceLimitsConfig;
import io.erlmcp.feature.ToolProvider;
import io.erlmcp.guardian.CarrierLimits;
import io.erlmcp.guardian.Collections;
import io.erlmcp.guardian.EmergencyStop;
import io.erlmcp.guardian.Guardian;
import io.erlmcp.guardian.GuardianConfig;
import io.erlmcp.guardian.Halts;
import io.erlmcp.guardian.JvmMeasures;
import io.erlmcp.guardian.Reading;
import io.erlmcp.guardian.Resource;
import io.erlmcp.guardian.Thresholds;
import io.erlmcp.health.Health;
import io.erlmcp.health.HealthMonitor;
import io.erlmcp.network.EngineMemory;
import io.erlmcp.observability.HealthCheck;
import io.erlmcp.observability.HealthCheck.Finding;
import io.erlmcp.observability.HealthStatus;
import io.erlmcp.observability.Observer;
import io.erlmcp.observability.ResourceLevel;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.Room;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.server.McpServer;
import io.erlmcp.supervision.ChildSpec;
import io.erlmcp.supervision.Component;
import io.erlmcp.supervision.ComponentFactory;
import io.erlmcp.telemetry.Rates;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What watches over the node: the guardian of its resources, the health checks, and what ends it in
 * an emergency.
 *
 * <p>Process model: made and closed by the {@link Node}; what runs in it are children of the tree,
 * each with a thread of its own. Owns the thread that ends the process whatever happens.
 */
final class Guards implements AutoCloseable {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final NodeConfig config;
    private final Observer observer;
    private final Rates rates;
    private final Collections collections = new Collections();
    private final HealthMonitor monitor;
    private final Guardian guardian;
    private final McpServer server;
    private final @Nullable UncaughtExceptionHandler before;

    /** What is watched. */
    record Watched(
            McpServer server,
            Listeners listeners,
            @Nullable Stores store,
            Brake brake,
            Rates rates) {}

    /**
     * @param halts keeps that the node is halted
     * @param save keeps what must outlive an emergency stop
     */
    Guards(NodeConfig config, Watched watched, Halts halts, Runnable save, Observer observer)
            throws StartException {
        this.config = config;
        this.observer = observer;
        this.rates = watched.rates();
        this.server = watched.server();
        this.monitor = new HealthMonitor(config.healthCheckInterval(), Time.system(), observer);
        this.guardian = guardian(watched, halts, save);
        addChecks(watched.store());
        before = Thread.getDefaultUncaughtExceptionHandler();
    }

    private Guardian guardian(Watched watched, Halts halts, Runnable save) throws StartException {
        JvmMeasures measures;
        try {
            measures =
                    new JvmMeasures(
                            Time.system(),
                            collections,
                            counted(watched),
                            new JvmMeasures.DirectMemory(
                                    EngineMemory::usedBytes, EngineMemory::limitBytes));
        } catch (IOException e) {
            throw new StartException("resource_limits: nothing can be measured: " + e, e);
        }
        EmergencyStop stop = new EmergencyStop(halts, save, Runtime.getRuntime()::halt, observer);
        return new Guardian(
                checkedSettings(config),
                new Guardian.Parts(measures, watched.brake(), stop, usual(watched)),
                new Guardian.Surroundings(
                        Time.system(),
                        observer,
                        CarrierLimits.from(Runtime.getRuntime().availableProcessors())));
    }

    private JvmMeasures.Counted counted(Watched watched) {
        // each call that runs or waits has a virtual thread of its own
        int mostCalls = config.limits().maxInFlight() + config.messageQueueConfig().maxSize();
        return new JvmMeasures.Counted(
                new JvmMeasures.Bounded(
                        watched.listeners()::connections, Settings.maxConnections(config)),
                new JvmMeasures.Bounded(
                        () -> server.inFlight() + server.abandonedCalls(), mostCalls),
                new JvmMeasures.Bounded(server::runningTasks, config.tasks().maxRunning()));
    }

    private Guardian.Usual usual(Watched watched) {
        return new Guardian.Usual(
                server::inFlight,
                () ->
                        new Room(
                                watched.listeners().connections(),
                                server.openSessions(),
                                server.openStreams(),
                                server.runningTasks()),
                server::abandonedCalls,
                config.limits().maxInFlight(),
                Settings.mostOpen(config));
    }

    private static GuardianConfig checkedSettings(NodeConfig config) throws StartException {
        try {
            return settings(config);
        } catch (IllegalArgumentException e) {
            throw new StartException("resource_limits: " + e.getMessage(), e);
        }
    }

    static GuardianConfig settings(NodeConfig config) {
        ResourceLimitsConfig limits = config.resourceLimits();
        BackpressureConfig pressure = config.backpressureConfig();
        Map<Resource, Thresholds> thresholds = new EnumMap<>(Resource.class);
        thresholds.put(
                Resource.MEMORY,
                Thresholds.of(limits.memoryWarn(), limits.memoryDegrade(), limits.memoryHard()));
        thresholds.put(
                Resource.PROCESS,
                Thresholds.of(limits.processWarn(), limits.processDegrade(), limits.processHard()));
        // descriptors have one threshold: connections are held back at what ends the node otherwise
        thresholds.put(
                Resource.FD,
                Thresholds.of(limits.fdHard() * 0.9, limits.fdHard(), limits.fdHard()));
        thresholds.put(
                Resource.CONNECTIONS,
                Thresholds.of(limits.connectionsWarn(), limits.connectionsDegrade(), 100));
        // a call is a process of this node, on a virtual thread; its limit refuses, and ends
        // nothing
        thresholds.put(
                Resource.CALLS, Thresholds.of(limits.processWarn(), limits.processDegrade(), 100));
        return new GuardianConfig(
                thresholds,
                limits.checkInterval(),
                GuardianConfig.DEFAULTS.keepPercent(),
                GuardianConfig.DEFAULTS.stepPercent(),
                new GuardianConfig.Pressure(
                        pressure.enable(), pressure.memoryThreshold(), pressure.cpuThreshold()));
    }

    private void addChecks(@Nullable Stores store) {
        for (Resource resource : Resource.values()) {
            monitor.add(HealthCheck.of("resources/" + resource.word(), () -> find(resource)));
        }
        monitor.add(HealthCheck.of("calls", this::findCalls));
        if (store != null) {
            monitor.add(
                    HealthCheck.of(
                                    "store",
                                    () -> {
                                        store.values().get("health");
                                        return Finding.HEALTHY;
                                    })
                            .weight(5)
                            .required());
        }
    }

    private Finding find(Resource resource) {
        ResourceLevel level = guardian.levels().getOrDefault(resource, ResourceLevel.NORMAL);
        Reading reading = guardian.usage().get(resource);
        String detail =
                reading == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "%s at %.1f %% of its limit",
                                reading.what(),
                                reading.percent());
        HealthStatus status =
                switch (level) {
                    case NORMAL, WARN -> HealthStatus.HEALTHY;
                    case DEGRADED -> HealthStatus.DEGRADED;
                    case EMERGENCY -> HealthStatus.UNHEALTHY;
                };
        return new Finding(status, detail);
    }

    private Finding findCalls() {
        int waiting = server.waitingCalls();
        int reject = config.messageQueueConfig().rejectAt();
        if (reject > 0 && waiting >= reject) {
            return new Finding(HealthStatus.DEGRADED, waiting + " calls are waiting");
        }
        int abandoned = server.abandonedCalls();
        return abandoned == 0
                ? Finding.HEALTHY
                : new Finding(HealthStatus.DEGRADED, abandoned + " calls do not come back");
    }

    /** What watches, as children of the tree. What they know outlives their runs. */
    List<ChildSpec> children() {
        return List.of(
                ChildSpec.permanent("health", monitor::run),
                ChildSpec.permanent("guardian", guardian::run),
                ChildSpec.permanent("rates", this::count));
    }

    private Component count(ComponentFactory.Life life) {
        Timers seconds = new Timers("rates");
        seconds.every(SECOND, rates::second);
        return seconds::close;
    }

    /** Before what watches is started; adds the checks of upstream servers and of providers. */
    void ready(List<HealthCheck> upstreams, List<ToolProvider> providers, Health health)
            throws StartException {
        try {
            upstreams.forEach(monitor::add);
        } catch (IllegalArgumentException e) {
            throw new StartException("upstreams: " + e.getMessage(), e);
        }
        try {
            providers.forEach(provider -> provider.healthChecks().forEach(monitor::add));
        } catch (IllegalArgumentException e) {
            throw new StartException("plugins: " + e.getMessage(), e);
        }
        health.watchedBy(monitor);
        Thread.setDefaultUncaughtExceptionHandler(this::escaped);
    }

    /**
     * An error that escapes a platform thread ends that thread, and what it did is not done any
     * more: where memory is short, the node has no way to know what else is broken.
     */
    private void escaped(Thread thread, Throwable problem) {
        try {
            org.slf4j.LoggerFactory.getLogger(Guards.class)
                    .error("{} ended by what it did not expect", thread.getName(), problem);
        } finally { // also where there is no memory to say so
            if (problem instanceof OutOfMemoryError && !thread.isVirtual()) {
                guardian.emergency(Resource.MEMORY, "no memory for " + thread.getName());
            }
        }
    }

    Guardian guardian() {
        return guardian;
    }

    HealthMonitor monitor() {
        return monitor;
    }

    Rates rates() {
        return rates;
    }

    int lastPauseMillis() {
        return (int) Math.min(Integer.MAX_VALUE, collections.lastPauseMillis());
    }

    @Override
    public void close() {
        Thread.setDefaultUncaughtExceptionHandler(before);
        monitor.close();
        guardian.close();
    }

    /** The last step of a stop. */
    void closed() {
        guardian.takeCarriersBack();
    }
}
