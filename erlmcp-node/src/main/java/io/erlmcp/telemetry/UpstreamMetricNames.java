package io.erlmcp.telemetry;

import io.erlmcp.telemetry.MetricNames.Kind;
import io.erlmcp.telemetry.MetricNames.Metric;
import java.util.List;

/** The metrics of upstream servers and circuit breakers. */
final class UpstreamMetricNames {
    static final Metric UPSTREAM_STARTS =
            new Metric(
                    "erlmcp_upstream_starts_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Times that an upstream server was there and its lists were read.");
    static final Metric UPSTREAM_LOSSES =
            new Metric(
                    "erlmcp_upstream_losses_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Times that an upstream server was lost, or could not be reached.");
    static final Metric UPSTREAM_HUNG =
            new Metric(
                    "erlmcp_upstream_hung_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Upstream servers that were replaced because they did not answer.");
    static final Metric UPSTREAM_TOO_BIG =
            new Metric(
                    "erlmcp_upstream_too_big_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Children that were replaced because they held more memory than they may.");
    static final Metric UPSTREAM_PUT_LAST =
            new Metric(
                    "erlmcp_upstream_put_last_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Times that a child was made to let all others have the processor first,"
                            + " because it computed without a word, or failed again.");
    static final Metric BREAKER_STATE =
            new Metric(
                    "erlmcp_circuit_breaker_state",
                    Kind.GAUGE,
                    List.of("component"),
                    "0 closed, 1 half-open, 2 open: of each upstream server, and of the tools"
                            + " whose own breaker has opened.");
    static final Metric UPSTREAM_UP =
            new Metric(
                    "erlmcp_upstreams_up",
                    Kind.GAUGE,
                    List.of(),
                    "Upstream servers that are there.");
    static final Metric UPSTREAM_CHANGED =
            new Metric(
                    "erlmcp_upstream_definitions_changed_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Definitions that changed after they were first seen, restarts of the node"
                            + " included.");
    static final Metric UPSTREAM_QUEUES =
            new Metric(
                    "erlmcp_upstream_queue_warnings_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "How often the list of calls that wait for an upstream server, or one of its"
                            + " tools, filled up to its warning.");
    static final Metric UPSTREAM_ACCEPTED =
            new Metric(
                    "erlmcp_upstream_definitions_accepted_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Changed definitions that were held, and that an operator accepted.");
    static final Metric UPSTREAM_LEFT_OUT =
            new Metric(
                    "erlmcp_upstream_left_out_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "What an upstream server offers and cannot be offered here.");
    static final Metric UPSTREAM_LISTS_FAILED =
            new Metric(
                    "erlmcp_upstream_lists_failed_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Times that a list of an upstream server could not be had.");
    static final Metric UPSTREAM_RETRIES =
            new Metric(
                    "erlmcp_upstream_retries_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Calls that were sent again, because their server died and they do no harm"
                            + " twice.");
    static final Metric UPSTREAM_STALE =
            new Metric(
                    "erlmcp_upstream_stale_answers_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Calls answered with an earlier answer, because the server could not.");
    static final Metric UPSTREAM_QUESTIONS =
            new Metric(
                    "erlmcp_upstream_questions_refused_total",
                    Kind.COUNTER,
                    List.of("upstream"),
                    "Questions of upstream servers that nobody could be asked.");
    static final Metric BREAKER_CHANGES =
            new Metric(
                    "erlmcp_breaker_changes_total",
                    Kind.COUNTER,
                    List.of("component", "to"),
                    "Circuit breakers that became closed, open or half-open.");

    static final List<Metric> ALL =
            List.of(
                    BREAKER_STATE,
                    UPSTREAM_UP,
                    UPSTREAM_STARTS,
                    UPSTREAM_LOSSES,
                    UPSTREAM_HUNG,
                    UPSTREAM_TOO_BIG,
                    UPSTREAM_PUT_LAST,
                    UPSTREAM_CHANGED,
                    UPSTREAM_ACCEPTED,
                    UPSTREAM_QUEUES,
                    UPSTREAM_LEFT_OUT,
                    UPSTREAM_LISTS_FAILED,
                    UPSTREAM_RETRIES,
                    UPSTREAM_STALE,
                    UPSTREAM_QUESTIONS,
                    BREAKER_CHANGES);

    private UpstreamMetricNames() {}
}
