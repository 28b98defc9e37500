package io.erlmcp.store;

import io.erlmcp.session.SessionLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which events of one session are kept on the disk, and from where nobody may go on because one is
 * missing. Not thread-safe: its log's.
 */
final class EventIndex {
    /** What an event takes in memory. */
    static final int KEPT_BYTES = 48;

    /** What a stream takes that lost events. */
    private static final int GONE_BYTES = 160;

    private final SessionLimits.EventBounds bounds;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();

    /** For streams that lost events: the number of the newest that is gone. */
    private final Map<String, Long> gone = new HashMap<>();

    /**
     * The newest number that could not be kept, of whatever stream, where {@link #gone} does not
     * know of it; 0 for none.
     */
    private long hole;

    /** The newest number that this process could not keep. */
    private long newestFailed;

    private long bytes;

    /** One event; its data is on the disk. */
    record Kept(long number, String stream, int length) {
        /** No event: all up to that number that is not kept is gone. */
        static Kept hole(long number) {
            return new Kept(number, StoredEvent.HOLE, 0);
        }

        boolean isHole() {
            return stream.equals(StoredEvent.HOLE);
        }
    }

    EventIndex(SessionLimits.EventBounds bounds) {
        this.bounds = bounds;
    }

    boolean isEmpty() {
        return kept.isEmpty();
    }

    /** What it takes in memory. */
    long heldBytes() {
        return (long) KEPT_BYTES * kept.size() + (long) GONE_BYTES * gone.size();
    }

    void add(Kept event) {
        kept.add(event);
        bytes += event.length();
    }

    /** Gives up the oldest beyond the bounds. */
    List<Kept> evict() {
        List<Kept> evicted = List.of();
        while (kept.size() > bounds.maxEvents() || (bytes > bounds.maxBytes() && kept.size() > 1)) {
            evicted = evicted.isEmpty() ? new ArrayList<>() : evicted;
            evicted.add(removeOldest());
        }
        return evicted;
    }

    /**
     * Gives up the older half, at least one, and forgets which streams lost events: who comes back
     * to such an event is refused.
     */
    List<Kept> evictOlderHalf() {
        List<Kept> evicted = new ArrayList<>();
        for (int left = (kept.size() + 1) / 2; left > 0; left--) {
            evicted.add(removeOldest());
        }
        forgetGone();
        return evicted;
    }

    private Kept removeOldest() {
        Kept oldest = kept.remove();
        bytes -= oldest.length();
        return oldest;
    }

    /** That event is not kept any more. */
    void lost(String stream, long number) {
        if (gone.size() >= bounds.maxEvents() && !gone.containsKey(stream)) {
            forgetGone();
        }
        gone.merge(stream, number, Math::max);
    }

    /** That event could not be kept, though others before it are. */
    void failed(String stream, long number) {
        newestFailed = number;
        lost(stream, number);
    }

    /** An event in the middle may be among them: nobody goes on from before it. */
    private void forgetGone() {
        missing(newestFailed);
        gone.clear();
    }

    /** Nobody may go on from before {@code number}. */
    void missing(long number) {
        hole = Math.max(hole, number);
    }

    /** Whether all that followed that event may be there. */
    boolean isWholeAfter(String stream, long number) {
        return number >= Math.max(hole, 1) && number >= gone.getOrDefault(stream, 0L);
    }

    /** True when nothing after it is missing, although itself it is not kept. */
    boolean isNewestGone(String stream, long number) {
        return gone.getOrDefault(stream, 0L) == number;
    }

    void clear() {
        kept.clear();
        gone.clear();
        bytes = 0;
    }
}
