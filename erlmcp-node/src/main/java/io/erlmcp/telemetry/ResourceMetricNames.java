package io.erlmcp.telemetry;

import io.erlmcp.telemetry.MetricNames.Kind;
import io.erlmcp.telemetry.MetricNames.Metric;
import java.util.List;

/** The metrics of resources, of what is held back, and of health. */
final class ResourceMetricNames {
    static final Metric MEMORY_USAGE =
            new Metric(
                    "erlmcp_memory_usage_percent",
                    Kind.GAUGE,
                    List.of(),
                    "Memory in use, of the limit that is nearest: heap after the last"
                            + " collection, direct memory, or all of the process.");
    static final Metric PROCESS_USAGE =
            new Metric(
                    "erlmcp_process_usage_percent",
                    Kind.GAUGE,
                    List.of(),
                    "Platform threads, of what the system allows.");
    static final Metric FD_USAGE =
            new Metric(
                    "erlmcp_fd_usage_percent",
                    Kind.GAUGE,
                    List.of(),
                    "Open file descriptors, of the limit.");
    static final Metric CPU_USAGE =
            new Metric(
                    "erlmcp_cpu_usage_percent",
                    Kind.GAUGE,
                    List.of(),
                    "Processor time of the node, of the processors it may use.");
    static final Metric RESOURCE_USAGE =
            new Metric(
                    "erlmcp_resource_usage_percent",
                    Kind.GAUGE,
                    List.of("resource"),
                    "Memory, process and fd as above; connections of what all listeners let in;"
                            + " calls: those that run or wait, or tasks, of what there may be.");
    static final Metric DEGRADATION_ACTIVE =
            new Metric(
                    "erlmcp_degradation_active",
                    Kind.GAUGE,
                    List.of("resource"),
                    "1 while the node holds back because of the resource, else 0.");
    static final Metric RATE_REDUCTION =
            new Metric(
                    "erlmcp_rate_limit_reduction_percent",
                    Kind.GAUGE,
                    List.of(),
                    "What callers lack of their usual limits while the node holds back.");
    static final Metric RESOURCE_WARNINGS =
            new Metric(
                    "erlmcp_resource_warnings_total",
                    Kind.COUNTER,
                    List.of("resource"),
                    "How often a resource reached its warning.");
    static final Metric DEGRADATIONS =
            new Metric(
                    "erlmcp_degradations_total",
                    Kind.COUNTER,
                    List.of("resource"),
                    "How often the node began to hold back.");
    static final Metric DEGRADATION_SECONDS =
            new Metric(
                    "erlmcp_degradation_duration_seconds_total",
                    Kind.COUNTER,
                    List.of(),
                    "Time for which the node held back, counted when it is over.");
    static final Metric EMERGENCIES =
            new Metric(
                    "erlmcp_emergency_shutdowns_total",
                    Kind.COUNTER,
                    List.of("resource"),
                    "Emergency stops; the last scrape may miss it, the next start says so.");
    static final Metric SHEDDINGS =
            new Metric(
                    "erlmcp_sheddings_total",
                    Kind.COUNTER,
                    List.of("cause"),
                    "How often calls of low priority began to be shed because of memory or cpu.");
    static final Metric CARRIERS_CHANGED =
            new Metric(
                    "erlmcp_carriers_changed_total",
                    Kind.COUNTER,
                    List.of(),
                    "How often the number of carriers of virtual threads was changed.");
    static final Metric TOOLS_HALTED =
            new Metric(
                    "erlmcp_tools_halted_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tools that were halted because their calls do not come back.");
    static final Metric THREADS_ABANDONED =
            new Metric(
                    "erlmcp_threads_abandoned",
                    Kind.GAUGE,
                    List.of(),
                    "Calls answered at their deadline whose threads go on.");
    static final Metric HEALTH_SCORE =
            new Metric(
                    "erlmcp_health_score",
                    Kind.GAUGE,
                    List.of(),
                    "The mean health of all components by their weights, 0 to 100.");
    static final Metric HEALTH_TURNS =
            new Metric(
                    "erlmcp_health_turns_total",
                    Kind.COUNTER,
                    List.of("component", "to"),
                    "How often a component turned healthy, degraded or unhealthy.");

    static final List<Metric> ALL =
            List.of(
                    MEMORY_USAGE,
                    PROCESS_USAGE,
                    FD_USAGE,
                    CPU_USAGE,
                    RESOURCE_USAGE,
                    DEGRADATION_ACTIVE,
                    RATE_REDUCTION,
                    RESOURCE_WARNINGS,
                    DEGRADATIONS,
                    DEGRADATION_SECONDS,
                    EMERGENCIES,
                    SHEDDINGS,
                    CARRIERS_CHANGED,
                    TOOLS_HALTED,
                    THREADS_ABANDONED,
                    HEALTH_SCORE,
                    HEALTH_TURNS);

    private ResourceMetricNames() {}
}
