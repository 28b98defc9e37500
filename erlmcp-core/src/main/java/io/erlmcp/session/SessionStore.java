package io.erlmcp.session;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Where sessions are kept. Thread-safe. What a call acknowledged is stored as durably as the store
 * can: when a method returns, the change is there after a crash.
 *
 * <p>Every method of a durable store but {@link #size} may wait for a disk or a network, and may
 * throw an {@link io.erlmcp.protocol.McpException} that asks the client to come back later: then
 * the change may be there or not, but is not acknowledged. No event loop calls one.
 */
public interface SessionStore {
    /**
     * True when sessions outlive the process: a server that stops leaves them, and one that starts
     * finds them.
     */
    default boolean isDurable() {
        return false;
    }

    /**
     * @throws IllegalStateException when a session of that id exists
     */
    void create(SessionRecord session);

    Optional<SessionRecord> read(String id);

    /**
     * Replaces the record if the stored one still has the version before {@code session.version()}.
     *
     * @return false when somebody else was faster, or the session is gone
     */
    boolean update(SessionRecord session);

    /** Stores the record whatever is stored under its id, and keeps the events of the session. */
    void put(SessionRecord session);

    /**
     * @return false when there was none
     */
    boolean delete(String id);

    /** Forgets all of {@code ids}, those that are not there included. */
    default void deleteAll(Collection<String> ids) {
        ids.forEach(this::delete);
    }

    /**
     * Ids in the order in which the sessions were opened.
     *
     * @param after begins behind this one, or at the oldest when null or gone
     */
    List<String> listByAge(@Nullable String after, int limit);

    /** Ids of a principal's sessions, oldest first. */
    List<String> listByPrincipal(String principal, int limit);

    /** How many sessions there are. */
    int size();
}
