package io.erlmcp.session;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Events in this process only. */
final class MemoryEventLog implements EventLog {
    private static final byte[] NONE = {};

    private final String epoch;
    private final SessionLimits.EventBounds bounds;

    /** Guards everything below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    /** For streams that lost events: the number of the newest that is gone. */
    private final Map<String, Long> evicted = new HashMap<>();

    private long lastNumber;
    private long lastStream;
    private long bytes;

    MemoryEventLog(String epoch, SessionLimits.EventBounds bounds) {
        this.epoch = epoch;
        this.bounds = bounds;
    }

    @Override
    public String newStream(String kind) {
        lock.lock();
        try {
            return kind + Long.toString(++lastStream, Character.MAX_RADIX);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void begin(String stream, byte[] lastWords) {
        // Nobody could say them: this log dies with its process.
    }

    @Override
    public EventId finish(String stream, byte[] data) {
        return append(stream, data);
    }

    @Override
    public void abandon(String stream) {
        // There were no last words.
    }

    @Override
    public EventId append(String stream, byte[] data) {
        lock.lock();
        try {
            EventId id = new EventId(stream, epoch, ++lastNumber);
            entries.add(new Entry(id, data.length == 0 ? NONE : data));
            bytes += data.length;
            while (entries.size() > bounds.maxEvents()
                    || (bytes > bounds.maxBytes() && entries.size() > 1)) {
                Entry gone = entries.remove();
                bytes -= gone.data().length;
                remember(gone.id());
            }
            return id;
        } finally {
            lock.unlock();
        }
    }

    private void remember(EventId gone) {
        if (evicted.size() >= bounds.maxEvents() && !evicted.containsKey(gone.stream())) {
            evicted.clear();
        }
        evicted.put(gone.stream(), gone.number());
    }

    @Override
    public Optional<List<Entry>> after(EventId id) {
        lock.lock();
        try {
            if (!id.epoch().equals(epoch)
                    || id.number() < 1
                    || id.number() > lastNumber
                    || id.number() < evictedUpTo(id)) {
                return Optional.empty();
            }
            List<Entry> kept =
                    entries.stream()
                            .filter(entry -> entry.id().stream().equals(id.stream()))
                            .toList();
            boolean known =
                    id.number() == evictedUpTo(id)
                            || kept.stream().anyMatch(entry -> entry.id().number() == id.number());
            return known
                    ? Optional.of(
                            kept.stream()
                                    .filter(entry -> entry.id().number() > id.number())
                                    .toList())
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private long evictedUpTo(EventId id) {
        return evicted.getOrDefault(id.stream(), 0L);
    }
}
