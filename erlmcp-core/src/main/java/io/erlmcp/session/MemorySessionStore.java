package io.erlmcp.session;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Sessions in this process only. */
public final class MemorySessionStore implements SessionStore {
    private final Map<String, SessionRecord> sessions = new ConcurrentHashMap<>();

    @Override
    public void create(SessionRecord session) {
        if (sessions.putIfAbsent(session.id(), session) != null) {
            throw new IllegalStateException("a session with this id exists");
        }
    }

    @Override
    public void put(SessionRecord session) {
        sessions.put(session.id(), session);
    }

    @Override
    public Optional<SessionRecord> read(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    @Override
    public boolean update(SessionRecord session) {
        AtomicBoolean done = new AtomicBoolean();
        sessions.computeIfPresent(
                session.id(),
                (id, stored) -> {
                    boolean isNext = stored.version() + 1 == session.version();
                    done.set(isNext);
                    return isNext ? session : stored;
                });
        return done.get();
    }

    @Override
    public boolean delete(String id) {
        return sessions.remove(id) != null;
    }

    @Override
    public List<Place> listByAge(@Nullable Place after, int limit) {
        return sessions.values().stream()
                .map(Place::of)
                .filter(place -> after == null || place.compareTo(after) > 0)
                .sorted()
                .limit(limit)
                .toList();
    }

    @Override
    public List<String> listByPrincipal(String principal, int limit) {
        return sessions.values().stream()
                .filter(session -> session.principal().name().equals(principal))
                .sorted(Comparator.comparing(SessionRecord::created))
                .limit(limit)
                .map(SessionRecord::id)
                .toList();
    }

    @Override
    public int size() {
        return sessions.size();
    }
}
