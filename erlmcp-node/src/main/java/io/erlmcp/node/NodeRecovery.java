package io.erlmcp.node;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.Components;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.config.UpstreamConfig;
import io.erlmcp.guardian.Guardian;
import io.erlmcp.guardian.Resource;
import io.erlmcp.health.HealthMonitor;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.HealthCheck;
import io.erlmcp.observability.HealthCheck.Finding;
import io.erlmcp.observability.HealthStatus;
import io.erlmcp.recovery.Condition;
import io.erlmcp.recovery.Decision;
import io.erlmcp.recovery.DependencyGraph;
import io.erlmcp.recovery.Evidence;
import io.erlmcp.recovery.Neighbours;
import io.erlmcp.recovery.RestartLimits;
import io.erlmcp.recovery.Secrets;
import io.erlmcp.recovery.Shortage;
import io.erlmcp.telemetry.Logs;
import io.erlmcp.telemetry.Metrics;
import io.erlmcp.upstream.Upstream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the recovery of a node needs of its other parts, and where it looks. */
final class NodeRecovery implements Neighbours, Evidence {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRecovery.class);
    private static final int MAX_THREADS = 100;
    private static final int MAX_FRAMES = 12;

    /** Of the node: what may be the reason of any failure. */
    static final List<String> OF_THE_NODE =
            List.of(
                    "erlmcp_memory_usage_percent",
                    "erlmcp_process_usage_percent",
                    "erlmcp_fd_usage_percent",
                    "erlmcp_cpu_usage_percent",
                    "erlmcp_http_connections",
                    "erlmcp_calls_in_flight",
                    "erlmcp_degradation_active");

    private final UpstreamBranch upstreams;
    private final TreeHalts halts;
    private final Andon andon;
    private final Guardian guardian;
    private final HealthMonitor health;
    private final @Nullable Metrics metrics;

    /** Those that have a check from here. */
    private final Set<ComponentId> shown = ConcurrentHashMap.newKeySet();

    private volatile DependencyGraph graph = DependencyGraph.NONE;

    NodeRecovery(
            UpstreamBranch upstreams,
            TreeHalts halts,
            Andon andon,
            Guards guards,
            @Nullable Metrics metrics) {
        this.upstreams = upstreams;
        this.halts = halts;
        this.andon = andon;
        this.guardian = guards.guardian();
        this.health = guards.monitor();
        this.metrics = metrics;
    }

    /** The values that must not be shown. */
    static Secrets secrets(NodeConfig config) {
        List<String> values = new ArrayList<>();
        for (UpstreamConfig upstream : config.upstreams().values()) {
            values.addAll(upstream.environment().values());
            values.addAll(upstream.headers().values());
        }
        return Secrets.of(values);
    }

    /** The tree as it is about to start. */
    void knows(DependencyGraph tree) {
        graph = tree.declaring(upstreams.needs());
    }

    // ---- what decisions look at ----

    @Override
    public RestartLimits limits(ComponentId component) {
        return upstreams.limits(component);
    }

    @Override
    public Duration refused(ComponentId component) {
        return upstream(component).map(Upstream::refused).orElse(Duration.ZERO);
    }

    @Override
    public List<ComponentId> needs(ComponentId component) {
        return graph.needs(component);
    }

    @Override
    public List<ComponentId> carries(ComponentId component) {
        Stream<ComponentId> tools =
                upstream(component).map(Upstream::toolNames).orElse(List.of()).stream()
                        .map(Components::tool);
        return Stream.concat(graph.neededBy(component).stream(), tools).toList();
    }

    private Optional<Upstream> upstream(ComponentId component) {
        return upstreams.upstreams().all().stream()
                .filter(it -> it.component().equals(component))
                .findFirst();
    }

    /** A check of each upstream server. */
    List<HealthCheck> checks() {
        return upstreams.upstreams().all().stream()
                .map(
                        it ->
                                HealthCheck.of(it.component().path(), it::health)
                                        .dependsOn(
                                                it.needs().stream()
                                                        .map(ComponentId::path)
                                                        .toArray(String[]::new)))
                .toList();
    }

    // ---- what they order ----

    @Override
    public void show(ComponentId component, Condition condition, String detail) {
        HealthStatus status =
                switch (condition) {
                    case FINE -> HealthStatus.HEALTHY;
                    case DEGRADED -> HealthStatus.DEGRADED;
                    case HALTED -> HealthStatus.UNHEALTHY;
                };
        Finding finding = new Finding(status, detail);
        if (upstream(component).isPresent()) {
            health.decided(component, finding);
            return;
        }
        if (shown.remove(component)) {
            health.remove(component);
        }
        if (status == HealthStatus.HEALTHY) {
            return;
        }
        try {
            health.add(HealthCheck.of(component.path(), () -> finding));
            health.decided(component, finding); // whoever asks may be what is halted
            shown.add(component);
        } catch (IllegalArgumentException e) {
            LOG.warn("{} is {}, which /health cannot show: {}", component, status, e.getMessage());
        }
    }

    /** An operator lets go on what is within {@code component}. */
    void resumed(ComponentId component) {
        upstreams.upstreams().all().stream()
                .filter(it -> it.component().isWithin(component))
                .forEach(Upstream::resumed);
    }

    @Override
    public void halt(ComponentId component, String reason) throws IOException {
        halts.halt(component, reason);
    }

    @Override
    public void holdBack(ComponentId component, Shortage shortage) {
        Resource resource =
                switch (shortage) {
                    case MEMORY -> Resource.MEMORY;
                    case THREADS -> Resource.PROCESS;
                    case DESCRIPTORS -> Resource.FD;
                };
        guardian.degrade(resource, "what " + component + " failed for");
    }

    @Override
    public void receipt(String action, ComponentId component, JsonObject details)
            throws IOException {
        andon.receipts().write(Andon.NODE_ITSELF, action, component, details);
    }

    @Override
    public List<Decision> earlierDecisions(int most) throws IOException {
        return andon.receipts().earlier(Decision.ACTIONS, most).stream()
                .map(it -> Decision.read(it.at(), it.component().path(), it.action(), it.details()))
                .toList();
    }

    // ---- evidence ----

    @Override
    public List<String> errorLines(ComponentId component) {
        return upstream(component).map(Upstream::lastErrorLines).orElse(List.of());
    }

    @Override
    public List<String> logLines() {
        return Logs.recent();
    }

    @Override
    public List<String> metrics(ComponentId component) {
        if (metrics == null) {
            return List.of();
        }
        String quoted = '"' + component.path() + '"';
        return metrics.scrape()
                .lines()
                .filter(it -> !it.startsWith("#"))
                .filter(it -> it.contains(quoted) || OF_THE_NODE.stream().anyMatch(it::startsWith))
                .toList();
    }

    @Override
    public List<String> threads() {
        ThreadInfo[] all =
                ManagementFactory.getThreadMXBean().dumpAllThreads(false, false, MAX_FRAMES);
        return Arrays.stream(all)
                .sorted(Comparator.comparing(ThreadInfo::getThreadState))
                .limit(MAX_THREADS)
                .map(NodeRecovery::line)
                .toList();
    }

    private static String line(ThreadInfo thread) {
        return thread.getThreadName()
                + ' '
                + thread.getThreadState()
                + Stream.of(thread.getStackTrace())
                        .map(it -> it.getClassName() + '.' + it.getMethodName())
                        .collect(Collectors.joining(" < ", " ", ""));
    }
}
