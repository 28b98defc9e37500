package io.erlmcp.migration;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.session.MemorySessionStore;
import io.erlmcp.session.SessionRecord;
import io.erlmcp.session.SessionStore;
import io.erlmcp.session.UnreadableRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sessions in memory that say that they are durable, and can be out of order. */
final class FailingSessions implements SessionStore {
    final MemorySessionStore kept = new MemorySessionStore();
    volatile boolean failsWrites;
    volatile boolean failsReads;

    /** Ids whose records are not what was written, until they are written again. */
    final Set<String> damaged = ConcurrentHashMap.newKeySet();

    /** Ids that cannot be written. */
    final Set<String> refused = ConcurrentHashMap.newKeySet();

    /** Hears the id of what is about to be put. */
    volatile Consumer<String> beforePut = id -> {};

    private static void check(boolean fails) {
        if (fails) {
            throw new McpException(ErrorCode.OVERLOADED, "out of order");
        }
    }

    private void checkReadable(String id) {
        if (damaged.contains(id)) {
            throw new UnreadableRecord();
        }
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public void create(SessionRecord session) {
        check(failsWrites);
        kept.create(session);
    }

    @Override
    public void put(SessionRecord session) {
        beforePut.accept(session.id());
        check(failsWrites || refused.contains(session.id()));
        damaged.remove(session.id());
        kept.put(session);
    }

    @Override
    public Optional<SessionRecord> read(String id) {
        check(failsReads);
        checkReadable(id);
        return kept.read(id);
    }

    @Override
    public boolean update(SessionRecord session) {
        check(failsWrites);
        checkReadable(session.id());
        return kept.update(session);
    }

    @Override
    public boolean delete(String id) {
        check(failsWrites || refused.contains(id));
        return kept.delete(id);
    }

    @Override
    public List<Place> listByAge(@Nullable Place after, int limit) {
        check(failsReads);
        return kept.listByAge(after, limit);
    }

    @Override
    public List<String> listByPrincipal(String principal, int limit) {
        check(failsReads);
        return kept.listByPrincipal(principal, limit);
    }

    @Override
    public int size() {
        return kept.size();
    }
}
