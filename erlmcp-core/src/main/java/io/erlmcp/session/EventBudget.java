package io.erlmcp.session;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bound on the events of all sessions. When it is passed, the log that is first in line, which
 * is the oldest, gives up the older half of its events and goes to the end, until there is room.
 *
 * <p>Process model: no thread; whoever appends the event that is too much makes room.
 */
public final class EventBudget {
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    /** Guards the line; no log's lock is taken while it is held. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Set<Log> line = new LinkedHashSet<>();

    /** A log that gives up events when the bound is passed. */
    public interface Log {
        /**
         * Drops the older half of what is kept, at least one event.
         *
         * @return the bytes that were freed
         */
        long dropOlderHalf();

        /** Whether there is something to drop, now or later. */
        boolean keepsEvents();

        boolean isClosed();
    }

    public EventBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** What all logs take together. */
    public long usedBytes() {
        return used.get();
    }

    /** Takes on a log that begins to keep events. */
    public void enter(Log log) {
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
    public void leave(Log log) {
        lock.lock();
        try {
            line.remove(log);
        } finally {
            lock.unlock();
        }
    }

    /** So many bytes more are kept, or less where it is negative; makes room where needed. */
    public void charge(long bytes) {
        long now = used.addAndGet(bytes);
        while (now > maxBytes) {
            Log oldest = first();
            if (oldest == null) {
                return;
            }
            now = used.addAndGet(-oldest.dropOlderHalf());
            if (oldest.keepsEvents()) {
                enter(oldest);
            }
        }
    }

    private @Nullable Log first() {
        lock.lock();
        try {
            Iterator<Log> each = line.iterator();
            if (!each.hasNext()) {
                return null;
            }
            Log first = each.next();
            each.remove();
            return first;
        } finally {
            lock.unlock();
        }
    }
}
