package io.erlmcp.session;

import io.erlmcp.observability.Observer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sessions that have ended, and that the store has yet to forget: where it fails, or does not say
 * whether it did, it is asked again. Nobody revives them meanwhile.
 *
 * <p>Process model: no thread; whoever ends a session asks the store, and the sweep asks again.
 */
final class EndedSessions {
    private static final int PAGE = 1_000;

    private final SessionStore store;
    private final int max;
    private final Set<String> ids = ConcurrentHashMap.newKeySet();

    /**
     * @param max how many are remembered
     */
    EndedSessions(SessionStore store, int max) {
        this.store = store;
        this.max = max;
    }

    /** Remembers a session; false when there are too many. */
    boolean add(String id) {
        return (ids.size() < max && ids.add(id)) || ids.contains(id);
    }

    boolean holds(String id) {
        return ids.contains(id);
    }

    /** How many the store has yet to forget. */
    int size() {
        return ids.size();
    }

    /**
     * Lets the store forget a session; waits for it, and throws what it throws.
     *
     * @return false when the store did not have it
     */
    boolean forget(String id) {
        boolean wasThere = store.delete(id);
        ids.remove(id);
        return wasThere;
    }

    /** As {@link #forget} for all of them; one that cannot be forgotten is kept for later. */
    void forgetAll() {
        Forgetting forgetting = new Forgetting(store);
        Set<String> left = new HashSet<>();
        List<String> page = page(left);
        while (!page.isEmpty()) {
            List<String> kept = forgetting.forget(page);
            left.addAll(kept);
            page.stream().filter(id -> !left.contains(id)).forEach(ids::remove);
            page = page(left);
        }
        forgetting.done();
    }

    /** As {@link #forgetAll}, and tells where some are left. */
    void forgetOrTell(Observer observer) {
        try {
            forgetAll();
        } catch (RuntimeException why) {
            tell(observer, why);
        }
    }

    void tell(Observer observer, RuntimeException why) {
        observer.on(new SessionEvent.EndedSessionsLeft(ids.size(), why.toString()));
    }

    private List<String> page(Set<String> left) {
        return ids.stream().filter(id -> !left.contains(id)).limit(PAGE).toList();
    }
}
