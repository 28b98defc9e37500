/*
 * The lock is held over the keeper's work, which may wait for a disk: the order of what is kept is what it guards. The
 * run of one server and an operator who accepts something take it; calls never do.
 */
package io.erlmcp.upstream;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The first sights of one server's definitions, of all kinds, and their way to the disk: once a
 * second at most, so that a server that changes what it lists all the time keeps no disk busy.
 *
 * <p>Process model: no thread; the thread of the server's run keeps what is new, and once more
 * whoever ends the run.
 */
final class Memory {
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final ComponentId component;
    private final Sightings sightings;
    private final Time time;
    private final Map<String, String> loaded;
    private final Map<String, FirstSights<?>> kinds = new LinkedHashMap<>();

    /** Guards the order of what is kept. */
    private final ReentrantLock turn = new ReentrantLock();

    private long keptNanos;
    private volatile boolean isBehind;

    Memory(ComponentId component, Sightings sightings, Time time) {
        this.component = component;
        this.sightings = sightings;
        this.time = time;
        this.loaded = sightings.load(component);
        this.keptNanos = time.nanos() - PAUSE_NANOS;
    }

    /** The first sights of one kind; asked for once for each, while the server's parts are made. */
    <T> FirstSights<T> of(String kind) {
        String prefix = kind + ' ';
        Map<String, String> known = new LinkedHashMap<>();
        loaded.forEach(
                (key, sha256) -> {
                    if (key.startsWith(prefix)) {
                        known.put(key.substring(prefix.length()), sha256);
                    }
                });
        FirstSights<T> sights = new FirstSights<>(known);
        kinds.put(kind, sights);
        return sights;
    }

    /** Whether something is not kept yet. */
    boolean isBehind() {
        return isBehind;
    }

    /** Keeps what is new, unless that was done a moment ago. */
    void keep() {
        keep(false);
    }

    /** Keeps what is new. */
    void keepNow() {
        keep(true);
    }

    private void keep(boolean atOnce) {
        turn.lock();
        try {
            boolean isNew = isBehind;
            for (FirstSights<?> sights : kinds.values()) {
                isNew = sights.takeChanged() || isNew;
            }
            long now = time.nanos();
            if (isNew && (atOnce || now - keptNanos >= PAUSE_NANOS)) {
                keptNanos = now;
                isNew = !sightings.save(component, all());
            }
            isBehind = isNew;
        } finally {
            turn.unlock();
        }
    }

    private Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        kinds.forEach(
                (kind, sights) ->
                        sights.fingerprints()
                                .forEach((name, sha256) -> all.put(kind + ' ' + name, sha256)));
        return all;
    }
}
