package io.erlmcp.dispatch;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Quotas by key, of callers who come and go. Whoever uses a quota keeps it; one that nobody uses is
 * forgotten after the next collection. So there is never a second one beside the first, however
 * many others come meanwhile, and those who came once leave nothing behind.
 *
 * <p>Process model: no thread and no lock; what was forgotten is taken out by those who are new.
 */
public final class Quotas {
    private final int limit;
    private final ConcurrentHashMap<Object, Entry> entries = new ConcurrentHashMap<>();
    private final ReferenceQueue<Quota> forgotten = new ReferenceQueue<>();

    /** A quota as long as somebody else knows it. */
    private static final class Entry extends WeakReference<Quota> {
        private final Object key;

        Entry(Object key, Quota quota, ReferenceQueue<Quota> forgotten) {
            super(quota, forgotten);
            this.key = key;
        }
    }

    /**
     * @param limit of each of them
     */
    public Quotas(int limit) {
        this.limit = limit;
    }

    /** The quota of {@code key}, which must be fit for a map; the same as long as it is held. */
    public Quota of(Object key) {
        Entry known = entries.get(key);
        Quota quota = known == null ? null : known.get();
        return quota == null ? add(key) : quota;
    }

    private Quota add(Object key) {
        takeOut();
        Quota fresh = new Quota(limit);
        Entry entry = new Entry(key, fresh, forgotten);
        while (true) {
            Entry before = entries.putIfAbsent(key, entry);
            if (before == null) {
                return fresh;
            }
            Quota quota = before.get();
            if (quota != null) {
                return quota;
            }
            if (entries.replace(key, before, entry)) {
                return fresh;
            }
        }
    }

    private void takeOut() {
        for (Reference<? extends Quota> it = forgotten.poll(); it != null; it = forgotten.poll()) {
            if (it instanceof Entry entry) {
                entries.remove(entry.key, entry);
            }
        }
    }

    /** Those that are known, used or not yet taken out. */
    int size() {
        return entries.size();
    }
}
