package io.erlmcp.dispatch;

import io.erlmcp.feature.Peer;
import io.erlmcp.feature.SessionMetadata;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who stands behind an exchange: a session of the legacy era, or the envelope of one modern
 * request.
 */
public interface Caller {
    Principal principal();

    Peer peer();

    /**
     * The least severe level of log messages that this caller wants for this request, or null for
     * none.
     */
    @Nullable LogLevel logLevel();

    /** Under whom the tasks of this caller are listed: its principal, unless that is everybody. */
    default String owner() {
        return "principal " + principal().name();
    }

    /** Sends a message that belongs to no request, where this caller listens; never blocks. */
    default void tell(JsonWriter message) {}

    /** A call of this caller goes on as a task: it has something in work until that ends. */
    default void taskBegan() {}

    /** A task of this caller has ended. */
    default void taskEnded() {}

    /**
     * What server code keeps with the session behind this caller, if there is one; changing it may
     * wait.
     */
    default Optional<SessionMetadata> metadata() {
        return Optional.empty();
    }

    /** How many calls of this caller may run at the same time. */
    Quota quota();
}
