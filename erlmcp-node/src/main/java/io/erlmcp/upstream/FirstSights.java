package io.erlmcp.upstream;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How the definitions of one kind were when one server showed them first, or when an operator
 * accepted them last. Of more than {@value #MAX} those are forgotten that were not listed for the
 * longest time.
 *
 * <p>Process model: no thread; used by the thread of the server's run, and by operators. The lock
 * guards all of it, and nothing is done while it is held.
 *
 * @param <T> a definition
 */
final class FirstSights<T> {
    static final int MAX = 10_000;

    /** Longer names are remembered by their hash: nobody fills memory or disk with them. */
    private static final int LONGEST_NAME = 256;

    /**
     * One definition.
     *
     * @param definition null when it was seen in an earlier run of the node
     */
    record Sight<T>(String sha256, @Nullable T definition) {}

    private final ReentrantLock lock = new ReentrantLock();

    /** By the names that the server gives; what was asked for last stands last. */
    private final Map<String, Sight<T>> sights = new LinkedHashMap<>(16, 0.75f, true);

    private boolean isChanged;

    /**
     * @param kept fingerprints by name, of earlier runs
     */
    FirstSights(Map<String, String> kept) {
        kept.forEach((name, sha256) -> sights.put(name, new Sight<>(sha256, null)));
        forgetTooMany();
    }

    private static String key(String name) {
        return name.length() <= LONGEST_NAME ? name : "sha256:" + Definitions.sha256(name);
    }

    /** What was seen first; null for a name that is new, and remembered from now on. */
    @Nullable Sight<T> meet(String name, Sight<T> now) {
        String key = key(name);
        lock.lock();
        try {
            Sight<T> first = sights.get(key);
            if (first == null) {
                put(key, now);
            } else if (first.definition() == null && first.sha256().equals(now.sha256())) {
                sights.put(key, now); // the one of the earlier run, whole
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** From now on this is what is compared with. */
    void replace(String name, Sight<T> now) {
        lock.lock();
        try {
            put(key(name), now);
        } finally {
            lock.unlock();
        }
    }

    private void put(String key, Sight<T> now) {
        sights.put(key, now);
        isChanged = true;
        forgetTooMany();
    }

    private void forgetTooMany() {
        Iterator<String> oldest = sights.keySet().iterator();
        while (sights.size() > MAX) {
            oldest.next();
            oldest.remove();
        }
    }

    /** Whether there is something new since the last time this was asked. */
    boolean takeChanged() {
        lock.lock();
        try {
            boolean was = isChanged;
            isChanged = false;
            return was;
        } finally {
            lock.unlock();
        }
    }

    /** The fingerprints by name. */
    Map<String, String> fingerprints() {
        Map<String, String> all = new LinkedHashMap<>();
        lock.lock();
        try {
            sights.forEach((name, sight) -> all.put(name, sight.sha256()));
        } finally {
            lock.unlock();
        }
        return all;
    }
}
