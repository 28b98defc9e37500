package io.erlmcp.session;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where sessions are kept. Thread-safe. What a call acknowledged is stored as durably as the store
 * can: when a method returns, the change is there after a crash.
 *
 * <p>Every method of a durable store but {@link #size} may wait for a disk or a network, and may
 * throw a {@link StoreUnavailable}, which asks the client to come back later: then the change may
 * be there or not, but is not acknowledged. No event loop calls one.
 */
public interface SessionStore {
    /**
     * Where a session stands among all in the order in which they were opened. It holds for one
     * that is gone, too, so that a list goes on behind it.
     *
     * @param created in whole milliseconds; of two that were opened in the same one, the order of
     *     the ids decides
     */
    record Place(Instant created, String id) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::created).thenComparing(Place::id);

        public Place {
            created = created.truncatedTo(ChronoUnit.MILLIS);
        }

        /** The place of that session. */
        public static Place of(SessionRecord session) {
            return new Place(session.created(), session.id());
        }

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }

        /** Without the id, which is a secret. */
        @Override
        public String toString() {
            return "Place[" + created + ']';
        }
    }

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
     * Sessions in the order in which they were opened. Who asks again behind the last of what he
     * got meets each session once that is there all the time, whatever else comes and goes.
     *
     * @param after begins behind this place, or at the oldest when null
     */
    List<Place> listByAge(@Nullable Place after, int limit);

    /** Ids of a principal's sessions, oldest first. */
    List<String> listByPrincipal(String principal, int limit);

    /** How many sessions there are. */
    int size();
}
