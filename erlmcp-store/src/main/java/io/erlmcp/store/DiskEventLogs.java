package io.erlmcp.store;

import io.erlmcp.session.EventLog;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.SessionLimits;
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

    @Override
    public EventLog create(String sessionId) {
        return new DiskEventLog(this, sessionId);
    }

    @Override
    public EventLog reopen(String sessionId) {
        DiskEventLog log = new DiskEventLog(this, sessionId);
        byte[] prefix = Keys.prefix(sessionId);
        Map<String, StoredWork> works = new LinkedHashMap<>();
        readers.read(
                from -> {
                    from.scan(
                            Family.EVENTS,
                            prefix,
                            prefix,
                            (key, value) -> {
                                log.remember(key, StoredEvent.read(value));
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
        works.forEach(log::takeOn);
        return log;
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
                                if (StoredWork.read(value).state() == StoredWork.State.ACCEPTED) {
                                    sessions.add(Keys.owner(key));
                                }
                                return true;
                            });
                    return List.copyOf(sessions);
                });
    }
}
