package io.erlmcp.migration;

import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.EventLogs;
import java.util.List;
import java.util.Optional;

/**
 * Events in two stores, under the same ids: the first store gives them out. As everywhere, an event
 * that cannot be kept counts as gone where it is not kept.
 */
final class MigratingEvents implements EventLogs {
    private final Both both;

    MigratingEvents(Both both) {
        this.both = both;
    }

    @Override
    public EventLog create(String sessionId) {
        return new Log(
                both.first().events().create(sessionId), both.second().events().create(sessionId));
    }

    @Override
    public EventLog reopen(String sessionId) {
        return new Log(
                both.first().events().reopen(sessionId), both.second().events().reopen(sessionId));
    }

    @Override
    public List<String> withAccepted() {
        return both.first().events().withAccepted();
    }

    /** The events of one session. */
    private record Log(EventLog first, EventLog second) implements EventLog {
        @Override
        public String newStream(String kind) {
            return first.newStream(kind);
        }

        @Override
        public boolean isDurable() {
            return first.isDurable();
        }

        @Override
        public void accept(String stream, Work work) {
            first.accept(stream, work);
            second.accept(stream, work);
        }

        @Override
        public void begin(String stream, Work work) {
            first.begin(stream, work);
            second.begin(stream, work);
        }

        /** In both or not at all: whichever store is asked later, it must not run again. */
        @Override
        public void beginAccepted(String stream, Work work) {
            second.beginAccepted(stream, work);
            first.beginAccepted(stream, work);
        }

        @Override
        public List<Accepted> accepted() {
            return first.accepted();
        }

        @Override
        public boolean isReplay(byte[] message) {
            return first.isReplay(message) || second.isReplay(message);
        }

        @Override
        public EventId append(String stream, byte[] data) {
            EventId id = first.append(stream, data);
            second.mirror(id, data, false);
            return id;
        }

        @Override
        public EventId finish(String stream, byte[] data) {
            EventId id = first.finish(stream, data);
            second.mirror(id, data, true);
            return id;
        }

        @Override
        public void mirror(EventId id, byte[] data, boolean isLast) {
            first.mirror(id, data, isLast);
            second.mirror(id, data, isLast);
        }

        @Override
        public void abandon(String stream) {
            first.abandon(stream);
            second.abandon(stream);
        }

        @Override
        public Optional<List<Entry>> after(EventId id) {
            Optional<List<Entry>> found = first.after(id);
            return found.isPresent() ? found : second.after(id);
        }

        @Override
        public void close() {
            first.close();
            second.close();
        }
    }
}
