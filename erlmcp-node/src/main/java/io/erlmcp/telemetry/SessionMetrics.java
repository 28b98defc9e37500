package io.erlmcp.telemetry;

import io.erlmcp.migration.MigrationEvent;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.session.SessionEvent;
import io.erlmcp.store.StoreEvent;
import io.erlmcp.task.TaskEvent;
import io.erlmcp.telemetry.MetricNames.Kind;
import io.erlmcp.telemetry.MetricNames.Metric;
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/**
 * Counts what becomes of sessions and tasks, and of the stores that keep them.
 *
 * <p>Process model: no thread; counts on the thread where it happens, without locks.
 */
final class SessionMetrics {
    private static final Metric SESSIONS_OPENED =
            new Metric(
                    "erlmcp_sessions_opened_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Sessions that were opened.");
    private static final Metric SESSIONS_CLOSED =
            new Metric(
                    "erlmcp_sessions_closed_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Sessions that ended.");
    private static final Metric SESSIONS_REVIVED =
            new Metric(
                    "erlmcp_sessions_revived_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Sessions of an earlier process that a client came back to.");
    private static final Metric SESSIONS_EVICTED =
            new Metric(
                    "erlmcp_sessions_evicted_total",
                    Kind.COUNTER,
                    List.of(),
                    "Unused sessions that were ended because a cap was reached.");
    private static final Metric ACCEPTED_LEFT =
            new Metric(
                    "erlmcp_sessions_accepted_requests_left_total",
                    Kind.COUNTER,
                    List.of(),
                    "Sessions whose requests an earlier process accepted and this one could not"
                            + " run.");
    private static final Metric REPLAYS_REFUSED =
            new Metric(
                    "erlmcp_replays_refused_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Clients that came back to a stream for events that are not kept any more.");
    private static final Metric STORE_SYNCS =
            new Metric(
                    "erlmcp_store_syncs_total",
                    Kind.COUNTER,
                    List.of(),
                    "Syncs of the disk store, one for each batch of changes.");
    private static final Metric STORE_CHANGES =
            new Metric(
                    "erlmcp_store_changes_total",
                    Kind.COUNTER,
                    List.of(),
                    "Changes that the disk store synced.");
    private static final Metric STORE_FAILED =
            new Metric(
                    "erlmcp_store_write_failures_total",
                    Kind.COUNTER,
                    List.of(),
                    "Times that the disk store began to refuse writes because one had failed.");
    private static final Metric STORE_DAMAGE =
            new Metric(
                    "erlmcp_store_damage_total",
                    Kind.COUNTER,
                    List.of(),
                    "Reads of the disk store that did not give what was written.");
    private static final Metric MIGRATION_QUEUED =
            new Metric(
                    "erlmcp_migration_queued_total",
                    Kind.COUNTER,
                    List.of(),
                    "Times that a store of a migration failed to take a write, which was noted to"
                            + " be made up for.");
    private static final Metric MIGRATION_FALLBACKS =
            new Metric(
                    "erlmcp_migration_fallbacks_total",
                    Kind.COUNTER,
                    List.of(),
                    "Reads that the other store of a migration answered.");
    private static final Metric MIGRATION_EVENTS_LOST =
            new Metric(
                    "erlmcp_migration_events_lost_total",
                    Kind.COUNTER,
                    List.of(),
                    "Sessions whose events the other store of a migration did not keep.");
    private static final Metric MIGRATION_RECONCILED =
            new Metric(
                    "erlmcp_migration_reconciled_total",
                    Kind.COUNTER,
                    List.of(),
                    "Changes that were made up for in a store of a migration that lacked them.");
    private static final Metric MIGRATION_VIOLATIONS =
            new Metric(
                    "erlmcp_migration_violations_total",
                    Kind.COUNTER,
                    List.of(),
                    "Entries in which the stores of a migration differed, and were corrected.");
    private static final Metric MIGRATION_COMPARED =
            new Metric(
                    "erlmcp_migration_compared_total",
                    Kind.COUNTER,
                    List.of(),
                    "Times that both stores of a migration were compared whole.");
    private static final Metric AUTHENTICATION_FAILED =
            new Metric(
                    "erlmcp_authentication_failed_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Callers who were not let in.");
    private static final Metric MESSAGES_REFUSED =
            new Metric(
                    "erlmcp_messages_refused_total",
                    Kind.COUNTER,
                    List.of("transport", "code"),
                    "Messages refused before they reached a method.");
    private static final Metric PEERS_CUT =
            new Metric(
                    "erlmcp_slow_readers_cut_total",
                    Kind.COUNTER,
                    List.of("transport"),
                    "Peers on stdio and the like that were cut because they did not read.");
    private static final Metric TASKS_CREATED =
            new Metric(
                    "erlmcp_tasks_started_total",
                    Kind.COUNTER,
                    List.of(),
                    "Calls of tools that became tasks.");
    private static final Metric TASKS_COMPLETED =
            new Metric(
                    "erlmcp_tasks_completed_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tasks that ended with a result.");
    private static final Metric TASKS_FAILED =
            new Metric(
                    "erlmcp_tasks_failed_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tasks that ended with a failure of their tool, an error, or their node.");
    private static final Metric TASKS_CANCELLED =
            new Metric(
                    "erlmcp_tasks_cancelled_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tasks that their clients cancelled.");
    private static final Metric TASKS_REFUSED =
            new Metric(
                    "erlmcp_tasks_refused_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tasks that were not made because there were too many.");
    private static final Metric TASKS_EXPIRED =
            new Metric(
                    "erlmcp_tasks_expired_total",
                    Kind.COUNTER,
                    List.of(),
                    "Tasks that were forgotten because their time was over.");
    private static final Metric TASKS_DURATION =
            new Metric(
                    "erlmcp_tasks_duration_seconds",
                    Kind.HISTOGRAM,
                    List.of("outcome"),
                    "How long tasks took, by how they ended.");

    static final List<Metric> NAMES =
            List.of(
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
                    PEERS_CUT,
                    TASKS_CREATED,
                    TASKS_COMPLETED,
                    TASKS_FAILED,
                    TASKS_CANCELLED,
                    TASKS_REFUSED,
                    TASKS_EXPIRED,
                    TASKS_DURATION);

    private final PrometheusMeterRegistry registry;
    private final Latencies taskLatencies = new Latencies(TASKS_DURATION);

    SessionMetrics(PrometheusMeterRegistry registry) {
        this.registry = registry;
        registry.getPrometheusRegistry().register(taskLatencies);
    }

    void on(SessionEvent event) {
        switch (event) {
            case SessionEvent.SessionOpened it ->
                    counter(SESSIONS_OPENED, "transport", it.transport()).increment();
            case SessionEvent.SessionRevived it ->
                    counter(SESSIONS_REVIVED, "transport", it.transport()).increment();
            case SessionEvent.SessionClosed it ->
                    counter(SESSIONS_CLOSED, "transport", it.transport()).increment();
            case SessionEvent.EndedSessionsLeft it -> {
                // told by the last line of the log: nobody scrapes a node that has stopped
            }
            case SessionEvent.SessionsEvicted it -> counter(SESSIONS_EVICTED).increment(it.count());
            case SessionEvent.AcceptedRequestsLeft it -> counter(ACCEPTED_LEFT).increment();
            case SessionEvent.ReplayRefused it ->
                    counter(REPLAYS_REFUSED, "transport", it.transport()).increment();
            case SessionEvent.AuthenticationFailed it ->
                    counter(AUTHENTICATION_FAILED, "transport", it.transport()).increment();
            case SessionEvent.SlowReaderCut it ->
                    counter(PEERS_CUT, "transport", it.transport()).increment();
            case SessionEvent.MessageRefused it ->
                    counter(
                                    MESSAGES_REFUSED,
                                    "transport",
                                    it.transport(),
                                    "code",
                                    Integer.toString(it.code()))
                            .increment();
        }
    }

    void on(TaskEvent event) {
        switch (event) {
            case TaskEvent.TaskCreated it -> counter(TASKS_CREATED).increment();
            case TaskEvent.TaskEnded it -> {
                counter(ended(it.status())).increment();
                taskLatencies.cell("outcome", MetricNames.word(it.status())).record(it.nanos());
            }
            case TaskEvent.TaskRefused it -> counter(TASKS_REFUSED).increment();
            case TaskEvent.TasksExpired it -> counter(TASKS_EXPIRED).increment(it.count());
            case TaskEvent.TasksInterrupted it -> counter(TASKS_FAILED).increment(it.count());
            case TaskEvent.TaskAbandoned it -> counter(MetricNames.ABANDONED).increment();
            case TaskEvent.TaskUnsaved it -> {}
        }
    }

    private static Metric ended(TaskStatus status) {
        return switch (status) {
            case COMPLETED -> TASKS_COMPLETED;
            case CANCELLED -> TASKS_CANCELLED;
            case TOOL_ERROR, FAILED, WORKING, INPUT_REQUIRED -> TASKS_FAILED;
        };
    }

    void on(StoreEvent event) {
        switch (event) {
            case StoreEvent.Synced it -> {
                counter(STORE_SYNCS).increment();
                counter(STORE_CHANGES).increment(it.changes());
            }
            case StoreEvent.WritesFailed it -> counter(STORE_FAILED).increment();
            case StoreEvent.WritesResumed it -> {}
            case StoreEvent.DamageFound it -> counter(STORE_DAMAGE).increment();
        }
    }

    void on(MigrationEvent event) {
        switch (event) {
            case MigrationEvent.WriteQueued it -> counter(MIGRATION_QUEUED).increment();
            case MigrationEvent.FellBack it -> counter(MIGRATION_FALLBACKS).increment();
            case MigrationEvent.EventsLost it -> counter(MIGRATION_EVENTS_LOST).increment();
            case MigrationEvent.Reconciled it ->
                    counter(MIGRATION_RECONCILED).increment(it.count());
            case MigrationEvent.NotCompared it -> {}
            case MigrationEvent.Violation it -> counter(MIGRATION_VIOLATIONS).increment();
            case MigrationEvent.Compared it -> counter(MIGRATION_COMPARED).increment();
        }
    }

    private Counter counter(Metric metric, String... labels) {
        return Counter.builder(metric.name())
                .description(metric.description())
                .tags(labels)
                .register(registry);
    }
}
