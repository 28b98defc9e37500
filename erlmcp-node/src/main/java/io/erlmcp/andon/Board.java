package io.erlmcp.andon;

import io.erlmcp.observability.ComponentId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the andon board shows: the stops that hold, and those that are over, oldest first.
 *
 * @param revision grows by one with every change
 * @param lastNumber the number of the newest event
 */
public record Board(
        long revision, long lastNumber, Map<ComponentId, Halt> halts, List<Stop> history) {
    /** Nothing ever stopped. */
    public static final Board EMPTY = new Board(0, 0, Map.of(), List.of());

    public Board {
        halts = Collections.unmodifiableMap(new TreeMap<>(halts));
        history = List.copyOf(history);
    }

    /** What stops {@code component}: its own halt, or that of something it lies in. */
    public @Nullable Halt over(ComponentId component) {
        Halt whole = halts.get(ComponentId.NODE);
        if (whole != null || halts.isEmpty()) {
            return whole;
        }
        for (Halt halt : halts.values()) {
            if (component.isWithin(halt.component())) {
                return halt;
            }
        }
        return null;
    }

    Board with(Halt halt) {
        Map<ComponentId, Halt> more = new TreeMap<>(halts);
        more.put(halt.component(), halt);
        return new Board(revision + 1, Math.max(lastNumber, halt.number()), more, history);
    }

    Board without(Stop stop, int maxHistory) {
        Map<ComponentId, Halt> fewer = new TreeMap<>(halts);
        fewer.remove(stop.halt().component());
        List<Stop> longer = new ArrayList<>(history);
        longer.add(stop);
        List<Stop> kept = longer.subList(Math.max(0, longer.size() - maxHistory), longer.size());
        return new Board(revision + 1, lastNumber, fewer, kept);
    }
}
