package io.erlmcp.migration;

import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.EventLogs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Events in two stores, under the same ids: the first store gives them out. As everywhere, an event
 * that cannot be kept counts as gone where it is not kept; that the second store cannot keep one,
 * or cannot be read, stops nobody.
 */
final class MigratingEvents implements EventLogs {
    private final Both both;

    MigratingEvents(Both both) {
        this.both = both;
    }

    @Override
    public EventLog create(String sessionId) {
        return new Log(
                both,
                both.first().events().create(sessionId),
                both.second().events().create(sessionId));
    }

    @Override
    public EventLog reopen(String sessionId) {
        EventLog first = both.first().events().reopen(sessionId);
        EventLog second = null;
        try {
            second = both.second().events().reopen(sessionId);
        } catch (RuntimeException failure) {
            lost(both, failure);
        }
        Log log = new Log(both, first, second);
        log.align();
        return log;
    }

    /** Those of both: a store knows nothing of what was accepted while it was not written. */
    @Override
    public List<String> withAccepted() {
        Set<String> all = new LinkedHashSet<>(both.first().events().withAccepted());
        try {
            all.addAll(both.second().events().withAccepted());
        } catch (RuntimeException failure) {
            lost(both, failure);
        }
        return List.copyOf(all);
    }

    private static void lost(Both both, RuntimeException failure) {
        both.observer()
                .on(
                        new MigrationEvent.EventsLost(
                                both.second().name(), String.valueOf(failure.getMessage())));
    }

    /** The events of one session. */
    private static final class Log implements EventLog {
        private final Both both;
        private final EventLog first;
        private final @Nullable EventLog second;
        private final AtomicBoolean isToldOf = new AtomicBoolean();

        /**
         * @param second null where it cannot be opened
         */
        Log(Both both, EventLog first, @Nullable EventLog second) {
            this.both = both;
            this.first = first;
            this.second = second;
        }

        /** Numbers go on behind those that either of them gave out. */
        private void align() {
            long last = Math.max(first.lastNumber(), ofSecond(EventLog::lastNumber, 0L));
            first.goOnAfter(last);
            inSecond(log -> log.goOnAfter(last));
        }

        private void inSecond(Consumer<EventLog> write) {
            ofSecond(
                    log -> {
                        write.accept(log);
                        return true;
                    },
                    false);
        }

        private <T> T ofSecond(Function<EventLog, T> question, T otherwise) {
            EventLog log = second;
            if (log == null) {
                return otherwise;
            }
            try {
                return question.apply(log);
            } catch (RuntimeException failure) {
                if (isToldOf.compareAndSet(false, true)) {
                    lost(both, failure);
                }
                return otherwise;
            }
        }

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
            inSecond(log -> log.accept(stream, work));
        }

        @Override
        public void begin(String stream, Work work) {
            first.begin(stream, work);
            inSecond(log -> log.begin(stream, work));
        }

        /** In both or not at all: whichever store is asked later, it must not run again. */
        @Override
        public void beginAccepted(String stream, Work work) {
            EventLog log = second;
            if (log != null) {
                log.beginAccepted(stream, work);
            }
            first.beginAccepted(stream, work);
        }

        /**
         * What neither of them saw begin: accepted in both, or in one while the other knows nothing
         * of it. What was begun or ended where the first store does not know of it ends there as
         * interrupted.
         */
        @Override
        public List<Accepted> accepted() {
            List<Accepted> ofFirst = first.accepted();
            List<Accepted> ofSecond = ofSecond(EventLog::accepted, List.of());
            Set<String> waitingInFirst = streams(ofFirst);
            Set<String> waitingInSecond = streams(ofSecond);
            List<Accepted> all = new ArrayList<>();
            for (Accepted each : ofFirst) {
                if (waitingInSecond.contains(each.stream()) || !isKnownToSecond(each)) {
                    all.add(each);
                } else {
                    // the other store has its own last words, or the answer
                    first.finish(each.stream(), each.work().lastWords());
                }
            }
            for (Accepted each : ofSecond) {
                if (waitingInFirst.contains(each.stream())) {
                    continue;
                }
                if (first.isReplay(each.work().message())) {
                    inSecond(log -> log.abandon(each.stream()));
                } else {
                    all.add(each);
                }
            }
            return all;
        }

        private static Set<String> streams(List<Accepted> all) {
            Set<String> streams = new HashSet<>();
            all.forEach(each -> streams.add(each.stream()));
            return streams;
        }

        private boolean isKnownToSecond(Accepted accepted) {
            return ofSecond(log -> log.isReplay(accepted.work().message()), false);
        }

        @Override
        public boolean isReplay(byte[] message) {
            return first.isReplay(message) || ofSecond(log -> log.isReplay(message), false);
        }

        @Override
        public EventId append(String stream, byte[] data) {
            EventId id = first.append(stream, data);
            inSecond(log -> log.mirror(id, data, false));
            return id;
        }

        @Override
        public EventId finish(String stream, byte[] data) {
            EventId id = first.finish(stream, data);
            inSecond(log -> log.mirror(id, data, true));
            return id;
        }

        @Override
        public void mirror(EventId id, byte[] data, boolean isLast) {
            first.mirror(id, data, isLast);
            inSecond(log -> log.mirror(id, data, isLast));
        }

        @Override
        public void abandon(String stream) {
            first.abandon(stream);
            inSecond(log -> log.abandon(stream));
        }

        @Override
        public long lastNumber() {
            return Math.max(first.lastNumber(), ofSecond(EventLog::lastNumber, 0L));
        }

        @Override
        public void goOnAfter(long number) {
            first.goOnAfter(number);
            inSecond(log -> log.goOnAfter(number));
        }

        /** Where the second store must be asked and cannot tell, nobody can tell. */
        @Override
        public Optional<List<Entry>> after(EventId id) {
            Optional<List<Entry>> found = first.after(id);
            EventLog log = second;
            return found.isPresent() || log == null ? found : log.after(id);
        }

        @Override
        public void close() {
            first.close();
            inSecond(EventLog::close);
        }
    }
}
