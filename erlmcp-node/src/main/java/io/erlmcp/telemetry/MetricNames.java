package io.erlmcp.telemetry;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The metrics that erlmcp itself counts; {@code docs/metrics.md} is written from this list. */
public final class MetricNames {
    /** What kind of number it is. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /**
     * One metric.
     *
     * @param name as scraped, with unit and {@code _total}; a histogram has {@code _bucket}, {@code
     *     _sum} and {@code _count} behind it
     */
    public record Metric(String name, Kind kind, List<String> labels, String description) {}

    static final Metric REQUESTS =
            new Metric(
                    "erlmcp_requests_seconds",
                    Kind.HISTOGRAM,
                    List.of("method", "outcome", "revision"),
                    "Requests that were answered, by what became of them, and how long that took;"
                            + " methods that do not exist are other.");
    static final Metric TOOL_CALLS =
            new Metric(
                    "erlmcp_tool_calls_seconds",
                    Kind.HISTOGRAM,
                    List.of("tool", "outcome"),
                    "Calls of tools, and how long they took; beyond 1,000 tools the name is"
                            + " other.");
    static final Metric ERRORS =
            new Metric(
                    "erlmcp_errors_total",
                    Kind.COUNTER,
                    List.of("code"),
                    "Requests answered with a JSON-RPC error.");
    static final Metric ABANDONED =
            new Metric(
                    "erlmcp_calls_abandoned_total",
                    Kind.COUNTER,
                    List.of(),
                    "Calls answered at their deadline whose thread went on.");
    static final Metric LOOP_BLOCKED =
            new Metric(
                    "erlmcp_loop_blocked_total",
                    Kind.COUNTER,
                    List.of(),
                    "Calls of tools declared non-blocking that held an event loop for too long.");
    static final Metric CALLS_SHED =
            new Metric(
                    "erlmcp_calls_shed_total",
                    Kind.COUNTER,
                    List.of("priority", "reason"),
                    "Calls refused with -31001: the queue is full for their priority (queue), they"
                            + " would wait for too long (wait), or the node holds back"
                            + " (pressure).");
    static final Metric MESSAGES_SHED =
            new Metric(
                    "erlmcp_messages_shed_total",
                    Kind.COUNTER,
                    List.of(),
                    "Progress and log messages that were dropped while the node held back.");
    static final Metric HELD_BACK =
            new Metric(
                    "erlmcp_held_back_total",
                    Kind.COUNTER,
                    List.of("what"),
                    "New sessions, streams, subscriptions and tasks that were refused while the"
                            + " node held back.");
    static final Metric CONNECTIONS_REJECTED =
            new Metric(
                    "erlmcp_connections_rejected_total",
                    Kind.COUNTER,
                    List.of(),
                    "Connections that were not let in while the node held back.");
    static final Metric QUEUE_WARNINGS =
            new Metric(
                    "erlmcp_queue_warnings_total",
                    Kind.COUNTER,
                    List.of(),
                    "How often the list of waiting calls filled up to its warning.");
    static final Metric CONNECTIONS_OPENED =
            new Metric(
                    "erlmcp_http_connections_opened_total",
                    Kind.COUNTER,
                    List.of(),
                    "Connections that were accepted.");
    static final Metric CONNECTIONS_CLOSED =
            new Metric(
                    "erlmcp_http_connections_closed_total",
                    Kind.COUNTER,
                    List.of("reason"),
                    "Connections that ended, by what ended them.");
    static final Metric HTTP_REFUSED =
            new Metric(
                    "erlmcp_http_refused_total",
                    Kind.COUNTER,
                    List.of("status"),
                    "HTTP requests that the listener answered by itself because they broke a"
                            + " rule.");
    static final Metric SLOW_READERS =
            new Metric(
                    "erlmcp_http_slow_readers_cut_total",
                    Kind.COUNTER,
                    List.of(),
                    "Peers that were cut because they did not read.");
    static final Metric ACCEPT_PAUSED =
            new Metric(
                    "erlmcp_http_accept_paused_total",
                    Kind.COUNTER,
                    List.of(),
                    "Times that no connections were accepted.");
    static final Metric HANDLER_FAILED =
            new Metric(
                    "erlmcp_http_handler_failed_total",
                    Kind.COUNTER,
                    List.of(),
                    "Bugs in what answers HTTP requests.");
    static final Metric COMPONENT_STARTS =
            new Metric(
                    "erlmcp_component_starts_total",
                    Kind.COUNTER,
                    List.of("component"),
                    "Starts of supervised components, the first and all later ones.");
    static final Metric COMPONENT_FAILURES =
            new Metric(
                    "erlmcp_component_failures_total",
                    Kind.COUNTER,
                    List.of("component"),
                    "Failures of supervised components, failed starts included.");
    static final Metric STARTS_DENIED =
            new Metric(
                    "erlmcp_component_starts_denied_total",
                    Kind.COUNTER,
                    List.of("component"),
                    "Starts of supervised components that were denied, because they are halted.");
    static final Metric COMPONENT_ABANDONED =
            new Metric(
                    "erlmcp_components_abandoned_total",
                    Kind.COUNTER,
                    List.of("work"),
                    "Starts and stops of components that did not return, not even interrupted.");
    static final Metric IN_FLIGHT =
            new Metric("erlmcp_calls_in_flight", Kind.GAUGE, List.of(), "Calls in progress.");
    static final Metric WAITING =
            new Metric(
                    "erlmcp_calls_waiting",
                    Kind.GAUGE,
                    List.of(),
                    "Calls that wait to be admitted.");
    static final Metric SESSIONS =
            new Metric("erlmcp_sessions", Kind.GAUGE, List.of(), "Open sessions.");
    static final Metric LISTEN_STREAMS =
            new Metric(
                    "erlmcp_listen_streams",
                    Kind.GAUGE,
                    List.of(),
                    "Open subscriptions/listen streams.");
    static final Metric CONNECTIONS =
            new Metric("erlmcp_http_connections", Kind.GAUGE, List.of(), "Open connections.");
    static final Metric PEERS_OPENED =
            new Metric(
                    "erlmcp_peer_connections_opened_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Connections over WebSocket, TCP and Unix domain sockets.");
    static final Metric PEERS_CLOSED =
            new Metric(
                    "erlmcp_peer_connections_closed_total",
                    Kind.COUNTER,
                    List.of("transport", "reason"),
                    "Such connections that ended, by what ended them.");
    static final Metric MALFORMED =
            new Metric(
                    "erlmcp_messages_malformed_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "What came on such connections and was no message.");
    static final Metric HANDSHAKES_FAILED =
            new Metric(
                    "erlmcp_tls_handshakes_failed_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Connections that ended before their TLS handshake was complete.");
    static final Metric MESSAGES =
            new Metric(
                    "erlmcp_messages_total",
                    Kind.COUNTER,
                    List.of("transport", "direction"),
                    "Messages on such connections; direction is in or out.");
    static final Metric MESSAGE_BYTES =
            new Metric(
                    "erlmcp_message_bytes_total",
                    Kind.COUNTER,
                    List.of("transport", "direction"),
                    "Bytes on such connections, framing included.");
    static final Metric TASKS =
            new Metric(
                    "erlmcp_tasks",
                    Kind.GAUGE,
                    List.of(),
                    "Tasks that are kept, running and ended.");
    static final Metric TASKS_RUNNING =
            new Metric(
                    "erlmcp_tasks_running",
                    Kind.GAUGE,
                    List.of(),
                    "Tasks that run, or wait for their clients.");
    static final Metric READY =
            new Metric(
                    "erlmcp_ready",
                    Kind.GAUGE,
                    List.of(),
                    "1 when the node takes requests, else 0.");

    private static final List<Metric> OWN =
            List.of(
                    REQUESTS,
                    TOOL_CALLS,
                    ERRORS,
                    ABANDONED,
                    LOOP_BLOCKED,
                    CALLS_SHED,
                    MESSAGES_SHED,
                    HELD_BACK,
                    CONNECTIONS_REJECTED,
                    QUEUE_WARNINGS,
                    IN_FLIGHT,
                    WAITING,
                    SESSIONS,
                    LISTEN_STREAMS,
                    TASKS,
                    TASKS_RUNNING,
                    COMPONENT_STARTS,
                    COMPONENT_FAILURES,
                    STARTS_DENIED,
                    COMPONENT_ABANDONED,
                    CONNECTIONS,
                    CONNECTIONS_OPENED,
                    CONNECTIONS_CLOSED,
                    HTTP_REFUSED,
                    SLOW_READERS,
                    ACCEPT_PAUSED,
                    HANDLER_FAILED,
                    PEERS_OPENED,
                    PEERS_CLOSED,
                    MALFORMED,
                    HANDSHAKES_FAILED,
                    MESSAGES,
                    MESSAGE_BYTES,
                    READY);

    private static final List<Metric> ALL =
            Stream.of(
                            OWN,
                            SessionMetrics.NAMES,
                            ResourceMetricNames.ALL,
                            AndonMetrics.NAMES,
                            RecoveryMetrics.NAMES,
                            StandingFaults.NAMES,
                            UpstreamMetricNames.ALL)
                    .flatMap(List::stream)
                    .toList();

    private MetricNames() {}

    public static List<Metric> all() {
        return ALL;
    }

    /** How a constant is written in a label. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** The reference in Markdown. */
    public static String markdown() {
        StringBuilder out =
                new StringBuilder(
                        """
                        # Metrics

                        `GET /metrics` on the admin port, in the Prometheus text format. Beside these there are
                        the `jvm_*`, `process_*` and `system_*` metrics of Micrometer for memory, garbage collection,
                        threads and processor. Histograms have buckets from 0.5 ms to 10 s.

                        This page is generated from `io.erlmcp.telemetry.MetricNames`.

                        | metric | kind | labels | what |
                        |---|---|---|---|
                        """);
        for (Metric metric : ALL) {
            out.append("| `").append(metric.name()).append("` | ");
            out.append(word(metric.kind())).append(" | ");
            out.append(String.join(", ", metric.labels()))
                    .append(" | ")
                    .append(metric.description())
                    .append(" |\n");
        }
        return out.toString();
    }
}
