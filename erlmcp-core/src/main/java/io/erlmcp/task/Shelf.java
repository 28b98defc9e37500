package io.erlmcp.task;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What of every kept task has to be at hand: whose it is, when its time is over, and what its
 * result takes. Counts against the limits. Thread-safe.
 */
final class Shelf {
    /** One place on the shelf. */
    record Place(String id, String owner, Principal principal, long untilNanos)
            implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byTime = Long.signum(untilNanos - other.untilNanos);
            return byTime != 0 ? byTime : id.compareTo(other.id);
        }
    }

    private final TaskLimits limits;
    private final Map<String, Place> byId = new ConcurrentHashMap<>();
    private final Map<String, Integer> bytesById = new ConcurrentHashMap<>();
    private final Map<String, Integer> ofOwner = new ConcurrentHashMap<>();

    /** Of which nobody knows whether they were stored; nobody sees them. */
    private final Set<String> doubtful = ConcurrentHashMap.newKeySet();

    private final ConcurrentSkipListSet<Place> byTime = new ConcurrentSkipListSet<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Shelf(TaskLimits limits) {
        this.limits = limits;
    }

    int size() {
        return size.get() - doubtful.size();
    }

    /** How many of that owner are kept, those nobody sees included. */
    int ofOwner(String owner) {
        return ofOwner.getOrDefault(owner, 0);
    }

    boolean holds(String id) {
        return byId.containsKey(id) && !isDoubtful(id);
    }

    boolean isDoubtful(String id) {
        return doubtful.contains(id);
    }

    /** Shows that task to nobody, and makes it due: its place is kept until it is forgotten. */
    void doubt(String id, long nowNanos) {
        Place place = byId.get(id);
        if (place == null) {
            return;
        }
        doubtful.add(id);
        byTime.remove(place);
        put(new Place(id, place.owner(), place.principal(), nowNanos));
    }

    /** Whether the task is there and {@code caller} may see it. */
    boolean isVisible(String id, Principal caller) {
        Place place = byId.get(id);
        return place != null && !isDoubtful(id) && TaskRecord.isOf(place.principal(), caller);
    }

    /** Takes a place, or refuses. */
    void take(Place place) {
        if (size.incrementAndGet() > limits.maxTasks()) {
            size.decrementAndGet();
            throw full(limits.maxTasks() + " tasks are kept, the limit of maxTasks");
        }
        if (ofOwner.merge(place.owner(), 1, Integer::sum) > limits.maxPerOwner()) {
            leave(place.owner());
            size.decrementAndGet();
            throw full(
                    limits.maxPerOwner()
                            + " tasks of this caller are kept, the limit of maxPerOwner");
        }
        put(place);
    }

    static McpException full(String why) {
        return new McpException(ErrorCode.OVERLOADED, "Overloaded: " + why);
    }

    /** Puts what an earlier process kept, whatever the limits are now. */
    void restore(Place place, int resultBytes) {
        size.incrementAndGet();
        ofOwner.merge(place.owner(), 1, Integer::sum);
        put(place);
        if (resultBytes > 0) {
            bytesById.put(place.id(), resultBytes);
            bytes.addAndGet(resultBytes);
        }
    }

    private void put(Place place) {
        byId.put(place.id(), place);
        byTime.add(place);
    }

    private void leave(String owner) {
        ofOwner.computeIfPresent(owner, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Takes room for a result; false when there is none. */
    boolean charge(String id, int resultBytes) {
        if (bytes.addAndGet(resultBytes) > limits.maxKeptBytes()) {
            bytes.addAndGet(-resultBytes);
            return false;
        }
        bytesById.put(id, resultBytes);
        if (!byId.containsKey(id)) {
            // It was forgotten meanwhile; whoever takes the entry out gives the bytes back.
            release(id);
        }
        return true;
    }

    void remove(String id) {
        Place place = byId.remove(id);
        if (place == null) {
            return;
        }
        byTime.remove(place);
        doubtful.remove(id);
        leave(place.owner());
        size.decrementAndGet();
        release(id);
    }

    private void release(String id) {
        Integer held = bytesById.remove(id);
        bytes.addAndGet(held == null ? 0 : -held);
    }

    /** True when the time of some task is over. */
    boolean isAnyDue(long nowNanos) {
        return !due(nowNanos, 1).isEmpty();
    }

    /** Ids of tasks whose time is over, at most {@code limit}. */
    List<String> due(long nowNanos, int limit) {
        List<String> due = new ArrayList<>();
        for (Place place : byTime) {
            if (nowNanos - place.untilNanos() < 0 || due.size() == limit) {
                break;
            }
            due.add(place.id());
        }
        return due;
    }
}
