package io.erlmcp.migration;

import io.erlmcp.migration.Pending.Kind;
import io.erlmcp.session.SessionRecord;
import io.erlmcp.session.SessionStore;
import io.erlmcp.session.UnreadableRecord;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in two stores. Ending one begins with the second store, so that a session that was ended
 * cannot be found there when the first one does not have it any more.
 */
final class MigratingSessions implements SessionStore {
    private static final Kind KIND = Kind.SESSION;

    private final Both both;

    MigratingSessions(Both both) {
        this.both = both;
    }

    @Override
    public boolean isDurable() {
        return both.first().sessions().isDurable() || both.second().sessions().isDurable();
    }

    @Override
    public void create(SessionRecord session) {
        both.alone(
                KIND,
                session.id(),
                () -> {
                    both.first().sessions().create(session);
                    both.second(KIND, session.id(), () -> both.second().sessions().put(session));
                    return true;
                });
    }

    @Override
    public void put(SessionRecord session) {
        both.alone(
                KIND,
                session.id(),
                () -> {
                    both.first().sessions().put(session);
                    both.firstHas(KIND, session.id());
                    both.second(KIND, session.id(), () -> both.second().sessions().put(session));
                    return true;
                });
    }

    @Override
    public Optional<SessionRecord> read(String id) {
        return both.read(KIND, id, side -> side.sessions().read(id));
    }

    @Override
    public boolean update(SessionRecord session) {
        String id = session.id();
        return both.alone(
                KIND,
                id,
                () -> {
                    bringToFirst(id);
                    if (!updateFirst(session)) {
                        return false;
                    }
                    both.firstHas(KIND, id);
                    both.second(KIND, id, () -> both.second().sessions().put(session));
                    return true;
                });
    }

    /** What the first store does not have, or not as it is, it gets before it is changed there. */
    private void bringToFirst(String id) {
        if (both.mayBeElsewhere() || both.lacks(both.inFirst(KIND, id))) {
            SessionRecord found = read(id).orElse(null);
            if (found != null && !isInFirst(found)) {
                both.first().sessions().put(found);
            }
        }
    }

    /** One that it cannot read it does not have. */
    private boolean isInFirst(SessionRecord session) {
        try {
            return both.first().sessions().read(session.id()).filter(session::equals).isPresent();
        } catch (UnreadableRecord damage) {
            return false;
        }
    }

    /** What the first store cannot read, it gets from the other one, if that has it. */
    private boolean updateFirst(SessionRecord session) {
        try {
            return both.first().sessions().update(session);
        } catch (UnreadableRecord damage) {
            SessionRecord found = read(session.id()).orElseThrow(() -> damage);
            both.first().sessions().put(found);
            return both.first().sessions().update(session);
        }
    }

    @Override
    public boolean delete(String id) {
        return both.alone(
                KIND,
                id,
                () -> {
                    boolean wasThere = isThere(id);
                    both.second(KIND, id, () -> both.second().sessions().delete(id));
                    both.first().sessions().delete(id);
                    both.firstHas(KIND, id);
                    return wasThere;
                });
    }

    /** What cannot be read is there, and is to go all the same. */
    private boolean isThere(String id) {
        try {
            return read(id).isPresent();
        } catch (UnreadableRecord damage) {
            return true;
        }
    }

    @Override
    public List<Place> listByAge(@Nullable Place after, int limit) {
        return both.ask(side -> side.sessions().listByAge(after, limit));
    }

    @Override
    public List<String> listByPrincipal(String principal, int limit) {
        return both.ask(side -> side.sessions().listByPrincipal(principal, limit));
    }

    @Override
    public int size() {
        return Math.max(both.first().sessions().size(), both.second().sessions().size());
    }
}
