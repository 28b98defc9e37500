package io.erlmcp.upstream;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What one server offers of one kind, in one of the node's lists: the list gets what is new or has
 * changed, and loses what is gone.
 *
 * <p>Used by one thread at a time, the run's, but for what operators read and accept.
 *
 * @param <T> a definition
 */
final class Shelf<T> {
    /** The list of the node. */
    interface Board<T> {
        /**
         * Puts {@code item} there under {@code name}.
         *
         * @throws IllegalArgumentException when it cannot be there, or IllegalStateException when
         *     the list is full
         */
        void add(String name, T item);

        void remove(String name);
    }

    /** What to do with definitions that are not taken, or are not what they were. */
    interface Report {
        void leftOut(String name, String reason);

        void changed(String name);
    }

    /**
     * A definition that is held because it is not the one that was seen first.
     *
     * @param now what the server lists
     */
    record Held<T>(FirstSights.Sight<T> before, T now, String sha256) {}

    private final Function<T, String> nameOf;
    private final Function<T, String> fingerprint;
    private final FirstSights<T> seen;
    private final Board<T> board;
    private final Report report;

    /** By the names that they have here. */
    private final Map<String, T> shown = new LinkedHashMap<>();

    /** What waits for an operator, by the names that the server gives; read by operators. */
    private final Map<String, Held<T>> held = new ConcurrentHashMap<>();

    /** The fingerprints of the changes that were told; read by operators. */
    private final Map<String, String> reported = new ConcurrentHashMap<>();

    /** Why what is listed is not shown. */
    private final Map<String, String> complaints = new HashMap<>();

    /**
     * @param fingerprint of a definition: two with the same are the same
     * @param seen what definitions are compared with
     */
    Shelf(
            Function<T, String> nameOf,
            Function<T, String> fingerprint,
            FirstSights<T> seen,
            Board<T> board,
            Report report) {
        this.nameOf = nameOf;
        this.fingerprint = fingerprint;
        this.seen = seen;
        this.board = board;
        this.report = report;
    }

    /**
     * Shows {@code items} and nothing else.
     *
     * @param publicName the name of an item here; empty when it is not to be shown
     * @param hold whether a definition that is not the one first seen is left out
     */
    void show(List<T> items, Function<String, String> publicName, boolean hold) {
        Map<String, T> wanted = new LinkedHashMap<>();
        for (T item : items) {
            String name = nameOf.apply(item);
            String here = publicName.apply(name);
            if (!here.isEmpty() && !isHeld(name, item, hold)) {
                wanted.put(here, item);
            }
        }
        complaints.keySet().retainAll(names(items, wanted));
        held.keySet().retainAll(names(items, Map.of()));
        Set.copyOf(shown.keySet()).stream()
                .filter(name -> !wanted.containsKey(name))
                .forEach(this::take);
        wanted.forEach(this::put);
    }

    private Set<String> names(List<T> items, Map<String, T> wanted) {
        Set<String> names = new HashSet<>(wanted.keySet());
        items.forEach(item -> names.add(nameOf.apply(item)));
        return names;
    }

    private boolean isHeld(String name, T item, boolean hold) {
        FirstSights.Sight<T> now = new FirstSights.Sight<>(fingerprint.apply(item), item);
        FirstSights.Sight<T> first = seen.meet(name, now);
        if (first == null || first.sha256().equals(now.sha256())) {
            held.remove(name);
            return false;
        }
        if (reported.size() >= FirstSights.MAX) {
            reported.clear(); // at worst they are told once more
        }
        if (!now.sha256().equals(reported.put(name, now.sha256()))) {
            report.changed(name);
        }
        if (hold) {
            held.put(name, new Held<>(first, item, now.sha256()));
        } else {
            seen.replace(name, now);
        }
        return hold;
    }

    private void take(String name) {
        shown.remove(name);
        board.remove(name);
    }

    private void put(String name, T item) {
        T before = shown.get(name);
        if (item.equals(before)) {
            return;
        }
        if (before != null) {
            take(name);
        }
        try {
            board.add(name, item);
            shown.put(name, item);
            complaints.remove(name);
        } catch (IllegalArgumentException | IllegalStateException e) {
            complain(name, String.valueOf(e.getMessage()));
        }
    }

    /** Once for each reason. */
    void complain(String name, String reason) {
        if (!reason.equals(complaints.put(name, reason))) {
            report.leftOut(name, reason);
        }
    }

    /** What is not as it was first seen, by the names that the server gives. */
    Set<String> changed() {
        return Set.copyOf(reported.keySet());
    }

    /** What is held, by the names that the server gives. */
    Map<String, Held<T>> held() {
        return Map.copyOf(held);
    }

    /**
     * From now on a held definition is the one to be compared with; false when it is another, or
     * none, by now. Called by operators; what the server lists has to be shown again after it.
     */
    boolean accept(String name, String sha256) {
        Held<T> wanted = held.get(name);
        if (wanted == null || !wanted.sha256().equals(sha256) || !held.remove(name, wanted)) {
            return false;
        }
        seen.replace(name, new FirstSights.Sight<>(sha256, wanted.now()));
        reported.remove(name, sha256);
        return true;
    }

    Map<String, T> shown() {
        return Map.copyOf(shown);
    }
}
