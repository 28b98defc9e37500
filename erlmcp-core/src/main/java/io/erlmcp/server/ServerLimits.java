package io.erlmcp.server;

import io.erlmcp.dispatch.CallLimits;
import io.erlmcp.feature.CatalogConfig;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.task.TaskLimits;
import java.time.Duration;

/**
 * Everything that bounds a server.
 *
 * @param calls bounds on calls
 * @param sessions bounds on sessions, streams and messages
 * @param catalogs bounds on what the server offers, and on pages of lists
 * @param tasks bounds on tasks
 * @param stateLifetime how long a client may take to answer a question of the modern era
 */
public record ServerLimits(
        CallLimits calls,
        SessionLimits sessions,
        CatalogConfig catalogs,
        TaskLimits tasks,
        Duration stateLifetime) {
    public static final ServerLimits DEFAULTS =
            new ServerLimits(
                    CallLimits.DEFAULTS,
                    SessionLimits.DEFAULTS,
                    CatalogConfig.DEFAULTS,
                    TaskLimits.DEFAULTS,
                    Duration.ofMinutes(10));

    /** With the usual bounds on tasks. */
    public ServerLimits(
            CallLimits calls,
            SessionLimits sessions,
            CatalogConfig catalogs,
            Duration stateLifetime) {
        this(calls, sessions, catalogs, TaskLimits.DEFAULTS, stateLifetime);
    }

    public ServerLimits {
        if (!stateLifetime.isPositive()) {
            throw new IllegalArgumentException(
                    "stateLifetime is " + stateLifetime + ", must be positive");
        }
    }

    public ServerLimits withTasks(TaskLimits tasks) {
        return new ServerLimits(calls, sessions, catalogs, tasks, stateLifetime);
    }
}
