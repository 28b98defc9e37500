package io.erlmcp.store;

import io.erlmcp.session.EventBudget;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.SessionLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.rocksdb.RocksDBException;

/** The events of sessions on the disk. */
final class DiskEventLogs implements EventLogs {
    private static final byte[] ALL = {};

    /** Numbers that events may have had which cannot be read, and whose keys cannot either. */
    private static final long UNREADABLE = 1L << 32;

    private final Engine engine;
    private final Committer committer;
    private final Readers readers;
    private final SessionLimits.EventBounds bounds;
    private final String epoch;
    private final EventBudget budget;
    private final Set<DiskEventLog> withHoles = ConcurrentHashMap.newKeySet();

    /**
     * @param epoch of this boot; no other boot of this store has the same
     */
    DiskEventLogs(
            Engine engine,
            Committer committer,
            Readers readers,
            SessionLimits.EventBounds bounds,
            String epoch) {
        this.engine = engine;
        this.committer = committer;
        this.readers = readers;
        this.bounds = bounds;
        this.epoch = epoch;
        committer.inQuietMoments(this::markHoles);
        this.budget = new EventBudget(bounds.maxNodeBytes());
    }

    Engine engine() {
        return engine;
    }

    Committer committer() {
        return committer;
    }

    Readers readers() {
        return readers;
    }

    SessionLimits.EventBounds bounds() {
        return bounds;
    }

    String epoch() {
        return epoch;
    }

    /** For what the logs take in memory. */
    EventBudget budget() {
        return budget;
    }

    @Override
    public EventLog create(String sessionId) {
        return new DiskEventLog(this, sessionId);
    }

    /** What cannot be read is gone: it takes no session down. */
    @Override
    public EventLog reopen(String sessionId) {
        byte[] prefix = Keys.prefix(sessionId);
        Found found = new Found(new ArrayList<>(), new LinkedHashMap<>());
        readers.read(
                from -> {
                    events(from, prefix, found.events());
                    works(from, prefix, found.works());
                    return true;
                });
        DiskEventLog log = new DiskEventLog(this, sessionId);
        try {
            // not while the engine is read: it may make room in other logs, whose locks are held
            // by threads that wait for the engine
            found.events().forEach(log::remember);
            found.works().forEach(log::takeOn);
            return log;
        } catch (RuntimeException e) {
            log.close(); // it is in the budget already
            throw e;
        }
    }

    private record Found(List<EventIndex.Kept> events, Map<String, StoredWork> works) {}

    private void events(Engine from, byte[] prefix, List<EventIndex.Kept> events)
            throws RocksDBException {
        try {
            from.scan(
                    Family.EVENTS,
                    prefix,
                    prefix,
                    (key, value) -> {
                        events.add(event(Keys.numberAt(key, prefix.length), value));
                        return true;
                    });
        } catch (RocksDBException e) {
            refuseUnlessDamage(e);
            long last = events.isEmpty() ? 0 : events.getLast().number();
            events.add(EventIndex.Kept.hole(last + UNREADABLE));
        }
    }

    private EventIndex.Kept event(long number, byte[] value) {
        try {
            StoredEvent event = StoredEvent.read(value);
            return new EventIndex.Kept(number, event.stream(), event.data().length);
        } catch (BinaryReader.Damaged damage) {
            readers.tell(damage);
            return EventIndex.Kept.hole(number);
        }
    }

    private void works(Engine from, byte[] prefix, Map<String, StoredWork> works)
            throws RocksDBException {
        try {
            from.scan(
                    Family.WORK,
                    prefix,
                    prefix,
                    (key, value) -> {
                        String stream = Keys.afterPrefix(key, prefix.length);
                        work(value).ifPresent(work -> works.put(stream, work));
                        return true;
                    });
        } catch (RocksDBException e) {
            refuseUnlessDamage(e);
        }
    }

    private Optional<StoredWork> work(byte[] value) {
        try {
            return Optional.of(StoredWork.read(value));
        } catch (BinaryReader.Damaged damage) {
            readers.tell(damage);
            return Optional.empty();
        }
    }

    private void refuseUnlessDamage(RocksDBException problem) throws RocksDBException {
        if (!EngineFiles.isDamage(problem)) {
            throw problem;
        }
        readers.tell(problem);
    }

    // ---- logs whose newest event could not be kept ----

    /** Another process would not see that something is missing behind what it finds. */
    void hasHole(DiskEventLog log) {
        withHoles.add(log);
    }

    void hasNoHole(DiskEventLog log) {
        withHoles.remove(log);
    }

    /** Writes down where events are missing; called while the disk takes writes, and at the end. */
    void markHoles() {
        if (withHoles.isEmpty()) {
            return;
        }
        for (DiskEventLog log : List.copyOf(withHoles)) {
            if (!isMarked(log)) {
                return; // the others would fail as well, and commits wait
            }
        }
    }

    /** One that is not marked, whatever the reason, has its turn again. */
    private boolean isMarked(DiskEventLog log) {
        withHoles.remove(log); // before, as it may fail again meanwhile
        boolean isMarked = false;
        try {
            isMarked = log.markHole();
        } finally {
            if (!isMarked) {
                withHoles.add(log);
            }
        }
        return isMarked;
    }

    @Override
    public List<String> withAccepted() {
        return readers.read(
                from -> {
                    Set<String> sessions = new LinkedHashSet<>();
                    from.scan(
                            Family.WORK,
                            ALL,
                            ALL,
                            (key, value) -> {
                                if (isAccepted(value)) {
                                    sessions.add(Keys.owner(key));
                                }
                                return true;
                            });
                    return List.copyOf(sessions);
                });
    }

    /** One that cannot be read does not keep the others from being run. */
    private boolean isAccepted(byte[] value) {
        return work(value).filter(it -> it.state() == StoredWork.State.ACCEPTED).isPresent();
    }
}
