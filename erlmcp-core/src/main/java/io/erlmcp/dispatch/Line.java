package io.erlmcp.dispatch;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * The waiting calls of one {@link Quota}, by priority: those of one caller, or the lines of all
 * callers that are one principal. Guarded by the lock of the {@link WaitingList}, but for the
 * count.
 */
final class Line {
    /** What waits at one priority. */
    private static final class Level {
        private final LinkedHashSet<Waiter> calls = new LinkedHashSet<>();
        private final ArrayDeque<Line> lines = new ArrayDeque<>();

        /** Stands in the ring of the line above. */
        private boolean queued;

        private boolean isEmpty() {
            return calls.isEmpty() && lines.isEmpty();
        }
    }

    private final Quota quota;
    private final @Nullable Line parent;
    private final Level[] levels = {new Level(), new Level(), new Level()};
    private final Tempo tempo = new Tempo();
    private volatile int waiting;

    Line(Quota quota, @Nullable Quota parent) {
        this.quota = quota;
        this.parent = parent == null ? null : parent.openLine(null);
    }

    Quota quota() {
        return quota;
    }

    @Nullable Line parent() {
        return parent;
    }

    /** How fast calls of this caller get their turn. */
    Tempo tempo() {
        return tempo;
    }

    /** Calls that wait here. */
    int waiting() {
        return waiting;
    }

    /** Calls that wait here and go no later than one at {@code level} that comes now. */
    int ahead(int level) {
        int count = 0;
        for (int i = level; i < levels.length; i++) {
            count += levels[i].calls.size();
        }
        return count;
    }

    void add(Waiter waiter) {
        if (levels[waiter.level()].calls.add(waiter)) {
            count(1);
        }
    }

    void remove(Waiter waiter) {
        if (levels[waiter.level()].calls.remove(waiter)) {
            count(-1);
        }
    }

    private void count(int change) {
        int before = waiting; // written under the lock of the list alone
        waiting = before + change;
        if (parent != null) {
            parent.count(change);
        }
    }

    /** The first of its own calls at {@code level}, taken out. */
    @Nullable Waiter poll(int level) {
        LinkedHashSet<Waiter> calls = levels[level].calls;
        if (calls.isEmpty()) {
            return null;
        }
        Waiter first = calls.removeFirst();
        count(-1);
        return first;
    }

    /** The lines below that may have a call that can go. */
    ArrayDeque<Line> ring(int level) {
        return levels[level].lines;
    }

    /** Enters {@code ring}, at its end, when there is something to wait for and it is not in it. */
    void queueIn(ArrayDeque<Line> ring, int level) {
        Level at = levels[level];
        if (!at.queued && !at.isEmpty()) {
            at.queued = true;
            ring.add(this);
        }
    }

    /** Was taken out of its ring. */
    void leftRing(int level) {
        levels[level].queued = false;
    }
}
