// tidy: file-length, because it is a list
package io.erlmcp.telemetry;

import java.util.List;
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
    static final Metric SESSIONS_OPENED =
            new Metric(
                    "erlmcp_sessions_opened_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Sessions that were opened.");
    static final Metric SESSIONS_CLOSED =
            new Metric(
                    "erlmcp_sessions_closed_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Sessions that ended.");
    static final Metric SESSIONS_REVIVED =
            new Metric(
                    "erlmcp_sessions_revived_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Sessions of an earlier process that a client came back to.");
    static final Metric SESSIONS_EVICTED =
            new Metric(
                    "erlmcp_sessions_evicted_total",
                    Kind.COUNTER,
                    List.of(),
                    "Unused sessions that were ended because a cap was reached.");
    static final Metric ACCEPTED_LEFT =
            new Metric(
                    "erlmcp_sessions_accepted_requests_left_total",
                    Kind.COUNTER,
                    List.of(),
                    "Sessions whose requests an earlier process accepted and this one could not"
                            + " run.");
    static final Metric REPLAYS_REFUSED =
            new Metric(
                    "erlmcp_replays_refused_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Clients that came back to a stream for events that are not kept any more.");
    static final Metric STORE_SYNCS =
            new Metric(
                    "erlmcp_store_syncs_total",
                    Kind.COUNTER,
                    List.of(),
                    "Syncs of the disk store, one for each batch of changes.");
    static final Metric STORE_CHANGES =
            new Metric(
                    "erlmcp_store_changes_total",
                    Kind.COUNTER,
                    List.of(),
                    "Changes that the disk store synced.");
    static final Metric STORE_FAILED =
            new Metric(
                    "erlmcp_store_write_failures_total",
                    Kind.COUNTER,
                    List.of(),
                    "Times that the disk store began to refuse writes because one had failed.");
    static final Metric STORE_DAMAGE =
            new Metric(
                    "erlmcp_store_damage_total",
                    Kind.COUNTER,
                    List.of(),
                    "Reads of the disk store that did not give what was written.");
    static final Metric MIGRATION_QUEUED =
            new Metric(
                    "erlmcp_migration_queued_total",
                    Kind.COUNTER,
                    List.of(),
                    "Times that a store of a migration failed to take a write, which was noted to"
                            + " be made up for.");
    static final Metric MIGRATION_FALLBACKS =
            new Metric(
                    "erlmcp_migration_fallbacks_total",
                    Kind.COUNTER,
                    List.of(),
                    "Reads that the other store of a migration answered.");
    static final Metric MIGRATION_EVENTS_LOST =
            new Metric(
                    "erlmcp_migration_events_lost_total",
                    Kind.COUNTER,
                    List.of(),
                    "Sessions whose events the other store of a migration did not keep.");
    static final Metric MIGRATION_RECONCILED =
            new Metric(
                    "erlmcp_migration_reconciled_total",
                    Kind.COUNTER,
                    List.of(),
                    "Changes that were made up for in a store of a migration that lacked them.");
    static final Metric MIGRATION_VIOLATIONS =
            new Metric(
                    "erlmcp_migration_violations_total",
                    Kind.COUNTER,
                    List.of(),
                    "Entries in which the stores of a migration differed, and were corrected.");
    static final Metric MIGRATION_COMPARED =
            new Metric(
                    "erlmcp_migration_compared_total",
                    Kind.COUNTER,
                    List.of(),
                    "Times that both stores of a migration were compared whole.");
    static final Metric AUTHENTICATION_FAILED =
            new Metric(
                    "erlmcp_authentication_failed_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Callers who were not let in.");
    static final Metric MESSAGES_REFUSED =
            new Metric(
                    "erlmcp_messages_refused_total",
                    Kind.COUNTER,
                    List.of("transport", "code"),
                    "Messages refused before they reached a method.");
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
    static final Metric PEERS_CUT =
            new Metric(
                    "erlmcp_slow_readers_cut_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Peers on stdio and the like that were cut because they did not read.");
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
    static final Metric TASKS_CREATED =
            new Metric(
                    "erlmcp_tasks_started_total",
                    Kind.COUNTER,
                    List.of(),
                    "Calls of tools that became tasks.");
    static final Metric TASKS_COMPLETED =
            new Metric(
                    "erlmcp_tasks_completed_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tasks that ended with a result.");
    static final Metric TASKS_FAILED =
            new Metric(
                    "erlmcp_tasks_failed_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tasks that ended with a failure of their tool, an error, or their node.");
    static final Metric TASKS_CANCELLED =
            new Metric(
                    "erlmcp_tasks_cancelled_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tasks that their clients cancelled.");
    static final Metric TASKS_REFUSED =
            new Metric(
                    "erlmcp_tasks_refused_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tasks that were not made because there were too many.");
    static final Metric TASKS_EXPIRED =
            new Metric(
                    "erlmcp_tasks_expired_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tasks that were forgotten because their time was over.");
    static final Metric TASKS_DURATION =
            new Metric(
                    "erlmcp_tasks_duration_seconds",
                    Kind.HISTOGRAM,
                    List.of("outcome"),
                    "How long tasks took, by how they ended.");
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
                    TASKS_CREATED,
                    TASKS_COMPLETED,
                    TASKS_FAILED,
                    TASKS_CANCELLED,
                    TASKS_REFUSED,
                    TASKS_EXPIRED,
                    TASKS_DURATION,
                    SESSIONS_OPENED,
                    SESSIONS_CLOSED,
                    SESSIONS_REVIVED,
                    SESSIONS_EVICTED,
                    ACCEPTED_LEFT,
                    REPLAYS_REFUSED,
                    STORE_SYNCS,
                    STORE_CHANGES,
                    STORE_FAILED,
                    STORE_DAMAGE,
                    MIGRATION_QUEUED,
                    MIGRATION_FALLBACKS,
                    MIGRATION_EVENTS_LOST,
                    MIGRATION_RECONCILED,
                    MIGRATION_VIOLATIONS,
                    MIGRATION_COMPARED,
                    AUTHENTICATION_FAILED,
                    MESSAGES_REFUSED,
                    COMPONENT_STARTS,
                    COMPONENT_FAILURES,
                    STARTS_DENIED,
                    COMPONENT_ABANDONED,
                    PEERS_CUT,
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
            out.append(metric.kind().name().toLowerCase(java.util.Locale.ROOT)).append(" | ");
            out.append(String.join(", ", metric.labels()))
                    .append(" | ")
                    .append(metric.description())
                    .append(" |\n");
        }
        return out.toString();
    }
}
