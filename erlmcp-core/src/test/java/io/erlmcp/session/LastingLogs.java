package io.erlmcp.session;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Event logs in memory that outlive a server, as those on a disk do. */
final class LastingLogs implements EventLogs {
    private final EventLogs inMemory =
            EventLogs.inMemory(Instant.EPOCH, SessionLimits.DEFAULTS.events());
    private final ConcurrentHashMap<String, EventLog> logs = new ConcurrentHashMap<>();

    /** Sessions whose logs cannot be opened again. */
    final Set<String> unreadable = ConcurrentHashMap.newKeySet();

    /** What was accepted and not begun, by session, in that order. */
    final List<String> withAccepted = new ArrayList<>();

    private final ConcurrentHashMap<String, EventLog.Accepted> accepted = new ConcurrentHashMap<>();

    /** What happens before a log is read. */
    volatile Runnable beforeReading = () -> {};

    void accept(String session, String stream, String message) {
        byte[] bytes = message.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        withAccepted.add(session);
        accepted.put(
                session, new EventLog.Accepted(stream, new EventLog.Work(bytes, new byte[] {})));
    }

    @Override
    public EventLog create(String sessionId) {
        return logs.computeIfAbsent(sessionId, id -> new Lasting(id, inMemory.create(id)));
    }

    @Override
    public EventLog reopen(String sessionId) {
        if (unreadable.contains(sessionId)) {
            throw new IllegalStateException("its events cannot be read");
        }
        return create(sessionId);
    }

    @Override
    public List<String> withAccepted() {
        return withAccepted;
    }

    private final class Lasting implements EventLog {
        private final String session;
        private final EventLog log;

        private Lasting(String session, EventLog log) {
            this.session = session;
            this.log = log;
        }

        @Override
        public String newStream(String kind) {
            return log.newStream(kind);
        }

        @Override
        public void begin(String stream, Work work) {
            log.begin(stream, work);
        }

        @Override
        public List<Accepted> accepted() {
            Accepted one = accepted.remove(session);
            return one == null ? List.of() : List.of(one);
        }

        @Override
        public EventId append(String stream, byte[] data) {
            return log.append(stream, data);
        }

        @Override
        public EventId finish(String stream, byte[] data) {
            return log.finish(stream, data);
        }

        @Override
        public long lastNumber() {
            return log.lastNumber();
        }

        @Override
        public void abandon(String stream) {
            log.abandon(stream);
        }

        @Override
        public Optional<List<Entry>> after(EventId id) {
            beforeReading.run();
            return log.after(id);
        }

        /** The next server has it. */
        @Override
        public void close() {}
    }
}
