package io.erlmcp.session;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bound on the events of all sessions. When it is passed, the log that is first in line, which
 * is the oldest, gives up the older half of its events and goes to the end, until there is room.
 *
 * <p>Process model: no thread; whoever appends the event that is too much makes room.
 */
final class EventBudget {
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    /** Guards the line; no log's lock is taken while it is held. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Set<MemoryEventLog> line = new LinkedHashSet<>();

    EventBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long usedBytes() {
        return used.get();
    }

    /** Takes on a log that begins to keep events. */
    void enter(MemoryEventLog log) {
        lock.lock();
        try {
            if (!log.isClosed()) {
                line.add(log);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a log that was closed. */
    void leave(MemoryEventLog log) {
        lock.lock();
        try {
            line.remove(log);
        } finally {
            lock.unlock();
        }
    }

    /** So many bytes more are kept, or less where it is negative; makes room where needed. */
    void charge(long bytes) {
        long now = used.addAndGet(bytes);
        while (now > maxBytes) {
            MemoryEventLog oldest = first();
            if (oldest == null) {
                return;
            }
            now = used.addAndGet(-oldest.dropOlderHalf());
            if (oldest.keepsEvents()) {
                enter(oldest);
            }
        }
    }

    private @Nullable MemoryEventLog first() {
        lock.lock();
        try {
            Iterator<MemoryEventLog> each = line.iterator();
            if (!each.hasNext()) {
                return null;
            }
            MemoryEventLog first = each.next();
            each.remove();
            return first;
        } finally {
            lock.unlock();
        }
    }
}
