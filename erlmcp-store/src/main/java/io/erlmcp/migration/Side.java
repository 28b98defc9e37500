package io.erlmcp.migration;

import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.SessionStore;
import io.erlmcp.task.TaskStore;

/**
 * One of the two stores of a migration.
 *
 * @param name for operators, such as {@code disk:/var/lib/erlmcp/store}
 */
public record Side(
        String name,
        SessionStore sessions,
        EventLogs events,
        KeyValueStore values,
        TaskStore tasks) {}
