package io.erlmcp.recovery;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The newest decisions of all components, of which there are a bounded number. Where it is full,
 * the component with the most lines loses its oldest, so that one that is away for long does not
 * push out what was decided of others. Not thread-safe.
 */
final class DecisionLog {
    private final int most;
    private final Deque<Decision> lines = new ArrayDeque<>();
    private final Map<String, Integer> counts = new HashMap<>();

    /**
     * @param most lines that are kept
     */
    DecisionLog(int most) {
        this.most = most;
    }

    void add(Decision line) {
        lines.addLast(line);
        counts.merge(line.component(), 1, Integer::sum);
        if (lines.size() > most) {
            removeOldestOf(withMost());
        }
    }

    /** Of those that have as many, the one whose oldest line is older. */
    private String withMost() {
        String found = lines.getFirst().component();
        for (Decision line : lines) {
            if (counts.getOrDefault(line.component(), 0) > counts.getOrDefault(found, 0)) {
                found = line.component();
            }
        }
        return found;
    }

    private void removeOldestOf(String component) {
        boolean isRemoved = false;
        for (Iterator<Decision> it = lines.iterator(); !isRemoved && it.hasNext(); ) {
            if (it.next().component().equals(component)) {
                it.remove();
                isRemoved = true;
            }
        }
        counts.computeIfPresent(component, (key, count) -> count == 1 ? null : count - 1);
    }

    /** The oldest first. */
    List<Decision> lines() {
        return List.copyOf(lines);
    }
}
