package io.erlmcp.client;

import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A list of a server, all pages in one, kept as long as the server allows. Thread-safe; two threads
 * that find it stale both read it.
 */
final class CachedList<T> {
    private record Snapshot<T>(List<T> entries, long readAt, Duration ttl) {}

    private final String name;
    private final ClientLimits limits;
    private final Time time;
    private final Function<@Nullable String, Page> read;
    private final Function<Page, List<T>> entries;
    private final AtomicInteger changes = new AtomicInteger();
    private volatile @Nullable Snapshot<T> snapshot;

    /**
     * @param read reads the page at a cursor
     * @param entries takes the entries out of a page
     */
    CachedList(
            String name,
            ClientLimits limits,
            Time time,
            Function<@Nullable String, Page> read,
            Function<Page, List<T>> entries) {
        this.name = name;
        this.limits = limits;
        this.time = time;
        this.read = read;
        this.entries = entries;
    }

    /** The list is not what it was. */
    void forget() {
        changes.incrementAndGet();
        snapshot = null;
    }

    /**
     * @param ttl how long a list is believed where the server gives no hint
     */
    List<T> get(Duration ttl) {
        Snapshot<T> known = snapshot;
        if (known != null && time.nanos() - known.readAt() < known.ttl().toNanos()) {
            return known.entries();
        }
        int before = changes.get();
        Snapshot<T> fresh = readAll(ttl);
        if (fresh.ttl().isPositive() && changes.get() == before) {
            snapshot = fresh;
        }
        return fresh.entries();
    }

    private Snapshot<T> readAll(Duration ttl) {
        List<T> all = new ArrayList<>();
        Set<String> cursors = new HashSet<>();
        long readAt = time.nanos();
        Duration believed = ttl;
        String cursor = null;
        for (int page = 1; true; page++) {
            Page next = read.apply(cursor);
            all.addAll(entries.apply(next));
            believed = longer(page, believed, next.cache());
            cursor = next.nextCursor();
            if (all.size() > limits.maxEntries() || (cursor != null && page >= limits.maxPages())) {
                throw McpException.invalidParams(
                        name
                                + " has more than "
                                + limits.maxPages()
                                + " pages or "
                                + limits.maxEntries()
                                + " entries");
            }
            if (cursor == null) {
                return new Snapshot<>(List.copyOf(all), readAt, believed);
            }
            if (!cursors.add(cursor)) {
                throw McpException.invalidParams(name + " gave the same cursor twice");
            }
        }
    }

    /**
     * The hint of the first page, or the shortest of all pages; without hints what the era allows.
     */
    private static Duration longer(int page, Duration believed, CacheHint hint) {
        if (hint.equals(CacheHint.NONE)) {
            return believed;
        }
        return page == 1 || hint.ttl().compareTo(believed) < 0 ? hint.ttl() : believed;
    }
}
