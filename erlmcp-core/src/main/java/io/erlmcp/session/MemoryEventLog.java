package io.erlmcp.session;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Events in this process only, bounded for each session here and for all sessions by {@link
 * EventBudget}.
 */
final class MemoryEventLog implements EventLog, EventBudget.Log {
    private static final byte[] NONE = {};

    /** What an event takes beside its data: its id, its entry, its place. */
    static final int ENTRY_BYTES = 128;

    /** What a stream takes that lost events, each but the one. */
    static final int GONE_BYTES = 160;

    private final String epoch;
    private final SessionLimits.EventBounds bounds;
    private final EventBudget budget;

    /** Guards everything below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    /** For streams that lost events: the number of the newest that is gone. */
    private final Map<String, Long> evicted = new HashMap<>();

    private long lastNumber;
    private long lastStream;
    private long bytes;
    private volatile boolean closed;

    MemoryEventLog(String epoch, SessionLimits.EventBounds bounds, EventBudget budget) {
        this.epoch = epoch;
        this.bounds = bounds;
        this.budget = budget;
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
    public long lastNumber() {
        lock.lock();
        try {
            return lastNumber;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void goOnAfter(long number) {
        lock.lock();
        try {
            lastNumber = Math.max(lastNumber, number);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void begin(String stream, Work work) {
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
        EventId id;
        long more = 0;
        boolean isFirst;
        lock.lock();
        try {
            id = new EventId(stream, epoch, ++lastNumber);
            isFirst = entries.isEmpty();
            if (!closed) {
                more = keep(new Entry(id, data.length == 0 ? NONE : data));
            }
        } finally {
            lock.unlock();
        }
        // without the lock: room is made in other logs, and perhaps in this one
        if (isFirst) {
            budget.enter(this);
        }
        budget.charge(more);
        return id;
    }

    /** Returns how much more is kept than before; the lock is held. */
    private long keep(Entry entry) {
        long before = heldBytes();
        entries.add(entry);
        bytes += entry.data().length;
        while (entries.size() > bounds.maxEvents()
                || (bytes > bounds.maxBytes() && entries.size() > 1)) {
            remember(removeOldest());
        }
        return heldBytes() - before;
    }

    private EventId removeOldest() {
        Entry gone = entries.remove();
        bytes -= gone.data().length;
        return gone.id();
    }

    private long heldBytes() {
        return bytes
                + (long) ENTRY_BYTES * entries.size()
                + (long) GONE_BYTES * Math.max(0, evicted.size() - 1);
    }

    @Override
    public long dropOlderHalf() {
        lock.lock();
        try {
            long before = heldBytes();
            evicted.clear(); // who comes back to such an event is refused
            EventId newestGone = null;
            while (!entries.isEmpty() && heldBytes() > before / 2) {
                newestGone = removeOldest();
            }
            if (newestGone != null) {
                remember(newestGone);
            }
            return before - heldBytes();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean keepsEvents() {
        lock.lock();
        try {
            return !entries.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        long held;
        lock.lock();
        try {
            closed = true;
            held = heldBytes();
            entries.clear();
            evicted.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
        budget.leave(this);
        budget.charge(-held);
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
            if (closed
                    || !id.epoch().equals(epoch)
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
