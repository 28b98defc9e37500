package io.erlmcp.store;

import io.erlmcp.observability.Observer;
import io.erlmcp.session.EventBudget;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.SessionLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The events of sessions on the disk. */
final class DiskEventLogs implements EventLogs {
    private static final byte[] ALL = {};

    private final Engine engine;
    private final Committer committer;
    private final Readers readers;
    private final SessionLimits.EventBounds bounds;
    private final String epoch;
    private final Observer observer;
    private final EventBudget budget;

    /**
     * @param epoch of this boot; no other boot of this store has the same
     */
    DiskEventLogs(
            Engine engine,
            Committer committer,
            Readers readers,
            SessionLimits.EventBounds bounds,
            String epoch,
            Observer observer) {
        this.engine = engine;
        this.committer = committer;
        this.readers = readers;
        this.bounds = bounds;
        this.epoch = epoch;
        this.observer = observer;
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

    @Override
    public EventLog reopen(String sessionId) {
        byte[] prefix = Keys.prefix(sessionId);
        List<EventIndex.Kept> events = new ArrayList<>();
        Map<String, StoredWork> works = new LinkedHashMap<>();
        readers.read(
                from -> {
                    from.scan(
                            Family.EVENTS,
                            prefix,
                            prefix,
                            (key, value) -> {
                                StoredEvent event = StoredEvent.read(value);
                                events.add(
                                        new EventIndex.Kept(
                                                Keys.numberAt(key, prefix.length),
                                                event.stream(),
                                                event.data().length));
                                return true;
                            });
                    from.scan(
                            Family.WORK,
                            prefix,
                            prefix,
                            (key, value) -> {
                                works.put(
                                        Keys.afterPrefix(key, prefix.length),
                                        StoredWork.read(value));
                                return true;
                            });
                    return true;
                });
        DiskEventLog log = new DiskEventLog(this, sessionId);
        try {
            // not while the engine is read: it may make room in other logs, whose locks are held
            // by threads that wait for the engine
            events.forEach(log::remember);
            works.forEach(log::takeOn);
            return log;
        } catch (RuntimeException e) {
            log.close(); // it is in the budget already
            throw e;
        }
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
        try {
            return StoredWork.read(value).state() == StoredWork.State.ACCEPTED;
        } catch (BinaryReader.Damaged damage) {
            observer.on(new StoreEvent.DamageFound(String.valueOf(damage.getMessage())));
            return false;
        }
    }
}
