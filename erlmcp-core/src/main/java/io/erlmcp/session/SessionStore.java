package io.erlmcp.session;

import java.util.List;
import java.util.Optional;

/**
 * Where sessions are kept. Thread-safe. What a call acknowledged is stored as durably as the store
 * can.
 */
public interface SessionStore {
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

    /**
     * @return false when there was none
     */
    boolean delete(String id);

    /** Ids of a principal's sessions, oldest first. */
    List<String> listByPrincipal(String principal, int limit);

    /** How many sessions there are. */
    int size();
}
