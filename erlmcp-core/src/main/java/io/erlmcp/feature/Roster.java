package io.erlmcp.feature;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Named entries in the order they were added: an immutable snapshot that readers take without
 * waiting and writers replace. Pages are cut by the number each entry got when it was added, so
 * that what is added or removed between two pages neither skips nor repeats what stays.
 *
 * <p>Process model: no thread. Readers take the present snapshot and never wait; writers take
 * turns.
 */
final class Roster<T> {
    /** One entry; {@code number} grows with every addition and is never used twice. */
    private record Entry<T>(long number, String key, T value) {}

    /** Everything that belongs together. {@code ordered} is sorted by number. */
    private record Snapshot<T>(
            long version, long lastNumber, List<Entry<T>> ordered, Map<String, Entry<T>> byKey) {}

    /** Part of the roster, and the cursor of the next part, null behind the last. */
    record Part<T>(List<T> values, @Nullable String nextCursor) {}

    private final String kind;
    private final CatalogConfig config;
    private volatile Snapshot<T> current = new Snapshot<>(0, 0, List.of(), Map.of());
    private volatile @Nullable Predicate<String> withheld;

    /** Guards the replacement of {@code current}, so that no change is lost. */
    private final ReentrantLock writing = new ReentrantLock();

    /**
     * @param kind what an entry is, for messages and cursors, such as {@code tool}
     */
    Roster(String kind, CatalogConfig config) {
        this.kind = kind;
        this.config = config;
    }

    Optional<T> find(String key) {
        Entry<T> entry = current.byKey().get(key);
        return entry == null ? Optional.empty() : Optional.of(entry.value());
    }

    List<T> all() {
        return current.ordered().stream().map(Entry::value).toList();
    }

    int size() {
        return current.ordered().size();
    }

    /**
     * Leaves out of pages what {@code which} says, by key, from now on; it may say otherwise later,
     * and is told so by another call of this.
     */
    void withhold(Predicate<String> which) {
        withheld = which;
        change(
                old ->
                        new Snapshot<>(
                                old.version() + 1, old.lastNumber(), old.ordered(), old.byKey()));
    }

    /** Grows with every change. */
    long version() {
        return current.version();
    }

    /**
     * @throws IllegalArgumentException when the key is taken, @throws IllegalStateException when
     *     the roster is full
     */
    void add(String key, T value) {
        change(
                old -> {
                    if (old.byKey().containsKey(key)) {
                        throw new IllegalArgumentException(
                                "there is already a " + kind + " named " + key);
                    }
                    if (old.ordered().size() >= config.maxEntries()) {
                        throw new IllegalStateException(
                                "cannot add "
                                        + kind
                                        + ' '
                                        + key
                                        + ": the limit is "
                                        + config.maxEntries());
                    }
                    long number = old.lastNumber() + 1;
                    Entry<T> added = new Entry<>(number, key, value);
                    List<Entry<T>> ordered = new ArrayList<>(old.ordered().size() + 1);
                    ordered.addAll(old.ordered());
                    ordered.add(added);
                    Map<String, Entry<T>> byKey = new HashMap<>(old.byKey());
                    byKey.put(key, added);
                    return new Snapshot<>(old.version() + 1, number, ordered, byKey);
                });
    }

    /**
     * Puts a new value in the place of the old. @throws IllegalArgumentException when there is none
     */
    void replace(String key, T value) {
        change(
                old -> {
                    Entry<T> present = old.byKey().get(key);
                    if (present == null) {
                        throw new IllegalArgumentException(
                                "there is no " + kind + " named " + key + " to replace");
                    }
                    Entry<T> changed = new Entry<>(present.number(), key, value);
                    List<Entry<T>> ordered = new ArrayList<>(old.ordered());
                    ordered.set(indexAfter(old.ordered(), present.number() - 1), changed);
                    Map<String, Entry<T>> byKey = new HashMap<>(old.byKey());
                    byKey.put(key, changed);
                    return new Snapshot<>(old.version() + 1, old.lastNumber(), ordered, byKey);
                });
    }

    /** Takes the entry out; false when there was none. */
    boolean remove(String key) {
        return change(
                old -> {
                    Entry<T> present = old.byKey().get(key);
                    if (present == null) {
                        return null;
                    }
                    List<Entry<T>> ordered = new ArrayList<>(old.ordered());
                    ordered.remove(indexAfter(old.ordered(), present.number() - 1));
                    Map<String, Entry<T>> byKey = new HashMap<>(old.byKey());
                    byKey.remove(key);
                    return new Snapshot<>(old.version() + 1, old.lastNumber(), ordered, byKey);
                });
    }

    /**
     * The entries behind {@code cursor}, from the first when it is null.
     *
     * @throws io.erlmcp.protocol.McpException -32602 when the cursor is not of this roster
     */
    Part<T> page(@Nullable String cursor) {
        Snapshot<T> snapshot = current;
        int from = cursor == null ? 0 : indexAfter(snapshot.ordered(), numberOf(cursor, snapshot));
        List<Entry<T>> rest = snapshot.ordered().subList(from, snapshot.ordered().size());
        Predicate<String> hidden = withheld;
        if (hidden != null) {
            rest = rest.stream().filter(entry -> !hidden.test(entry.key())).toList();
        }
        int size = Math.min(config.pageSize(), rest.size());
        List<Entry<T>> part = rest.subList(0, size);
        boolean isLast = size == rest.size();
        String next =
                isLast ? null : new Cursor(kind, Long.toString(part.getLast().number())).encode();
        return new Part<>(part.stream().map(Entry::value).toList(), next);
    }

    private long numberOf(String cursor, Snapshot<T> snapshot) {
        long number;
        try {
            number = Long.parseLong(Cursor.decode(cursor, kind).text());
        } catch (NumberFormatException e) {
            throw Cursor.invalid(cursor);
        }
        if (number < 1 || number > snapshot.lastNumber()) {
            throw Cursor.invalid(cursor);
        }
        return number;
    }

    /** The index of the first entry whose number is greater than {@code number}. */
    private static <T> int indexAfter(List<Entry<T>> ordered, long number) {
        int low = 0;
        int high = ordered.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ordered.get(middle).number() <= number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Puts what {@code step} makes of the snapshot in its place; false when that is nothing. */
    private boolean change(Function<Snapshot<T>, @Nullable Snapshot<T>> step) {
        writing.lock();
        try {
            Snapshot<T> changed = step.apply(current);
            if (changed == null) {
                return false;
            }
            current = changed;
            return true;
        } finally {
            writing.unlock();
        }
    }
}
