package io.erlmcp.session;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.util.List;
import java.util.function.Predicate;

/**
 * Stored sessions that are not live, because nobody came back to them since this process started.
 *
 * <p>Process model: no thread. Who opens a session makes room, the sweep lets them expire.
 */
final class UnclaimedSessions {
    private static final int PAGE = 1_000;

    /** How many make room at once, so that not each new session looks. */
    private static final int SPARED = 100;

    private final SessionStore store;
    private final SessionLimits limits;
    private final Claims claims;
    private final Predicate<String> isLive;
    private final Time time;
    private final Observer observer;
    private final long startedNanos;

    /** The store may have some. */
    private volatile boolean mayBe;

    UnclaimedSessions(
            SessionStore store,
            SessionLimits limits,
            Claims claims,
            Predicate<String> isLive,
            Time time,
            Observer observer) {
        this.store = store;
        this.limits = limits;
        this.claims = claims;
        this.isLive = isLive;
        this.time = time;
        this.observer = observer;
        this.startedNanos = time.nanos();
        this.mayBe = store.isDurable();
    }

    /** There may be some again, although there were none. */
    void lookAgain() {
        mayBe = true;
    }

    private long nanosSinceStart() {
        return time.nanos() - startedNanos;
    }

    /** True while there may be some. */
    boolean mayBe() {
        return mayBe;
    }

    /** True once they may go for others: their clients had the time to come back. */
    boolean mayGo() {
        return mayBe && nanosSinceStart() >= limits.caps().unused().toNanos();
    }

    /** Forgets those of {@code ids} that nobody works on; may wait. */
    void forget(List<String> ids) {
        Forgetting forgetting = new Forgetting(store);
        claims.allFree(ids, claimed -> forgetClaimed(claimed, forgetting));
        forgetting.done();
    }

    /** One that became live before it was claimed stays. */
    private void forgetClaimed(List<String> claimed, Forgetting forgetting) {
        forgetting.forget(claimed.stream().filter(isLive.negate()).toList());
    }

    /** They go before any that is live; false when there are none to go. May wait. */
    boolean makeRoom() {
        if (!mayGo()) {
            return false;
        }
        Forgetting forgetting = new Forgetting(store);
        int before = store.size();
        String last = null;
        List<String> page = store.listByAge(last, PAGE);
        while (!page.isEmpty() && store.size() == before) {
            List<String> gone = page.stream().filter(isLive.negate()).limit(SPARED).toList();
            claims.allFree(gone, claimed -> forgetClaimed(claimed, forgetting));
            last = page.getLast();
            page = store.listByAge(last, PAGE);
        }
        int forgotten = Math.max(0, before - store.size());
        if (forgotten == 0) {
            forgetting.done();
            return false;
        }
        observer.on(new SessionEvent.SessionsEvicted(forgotten));
        return true;
    }

    /** Forgets those that nobody came back to within the idle time; may wait. */
    void expire() {
        if (!mayBe || nanosSinceStart() <= limits.idleExpiry().toNanos()) {
            return;
        }
        mayBe = false; // and true again, where one is left behind meanwhile
        boolean isDone = false;
        try {
            isDone = forgetAll();
        } finally {
            if (!isDone) {
                mayBe = true;
            }
        }
    }

    /** False when somebody works on one of them, which may be left then. */
    private boolean forgetAll() {
        boolean[] isComplete = {true};
        Forgetting forgetting = new Forgetting(store);
        String last = null;
        List<String> page = store.listByAge(last, PAGE);
        while (!page.isEmpty()) {
            List<String> gone = page.stream().filter(isLive.negate()).toList();
            claims.allFree(
                    gone,
                    free -> {
                        isComplete[0] &= free.size() == gone.size();
                        forgetClaimed(free, forgetting);
                    });
            last = page.getLast();
            page = store.listByAge(last, PAGE);
        }
        forgetting.done();
        return isComplete[0];
    }
}
