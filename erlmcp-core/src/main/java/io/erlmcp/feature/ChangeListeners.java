package io.erlmcp.feature;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Who wants to hear that a catalog changed; told on the thread that changed it, with no lock held.
 */
final class ChangeListeners {
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /** Compared by identity, so that the same listener can be there twice and each leaves alone. */
    private static final class Entry {
        private final Runnable listener;

        Entry(Runnable listener) {
            this.listener = listener;
        }
    }

    Registration add(Runnable listener) {
        Entry entry = new Entry(listener);
        entries.add(entry);
        return () -> entries.remove(entry);
    }

    /** Tells all of them, then throws what the first that failed threw. */
    void changed() {
        RuntimeException failure = null;
        for (Entry entry : entries) {
            try {
                entry.listener.run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
