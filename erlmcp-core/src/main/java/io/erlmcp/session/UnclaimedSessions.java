package io.erlmcp.session;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

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

    /**
     * Forgets the first of {@code ids} that nobody works on and that can be forgotten, at most
     * {@code wanted}; may wait. Of those that cannot the sweep tells, when their time is over.
     */
    void forget(List<String> ids, int wanted) {
        Forgetting forgetting = new Forgetting(store);
        int[] missing = {wanted};
        List<String> left = ids;
        while (missing[0] > 0 && !left.isEmpty()) {
            List<String> next = left.subList(0, Math.min(missing[0], left.size()));
            left = left.subList(next.size(), left.size());
            claims.allFree(next, claimed -> missing[0] -= forgetClaimed(claimed, forgetting));
        }
    }

    /** One that became live before it was claimed stays; says how many went. */
    private int forgetClaimed(List<String> claimed, Forgetting forgetting) {
        List<String> going = claimed.stream().filter(isLive.negate()).toList();
        return going.size() - forgetting.forget(going).size();
    }

    private Stream<String> notLive(List<SessionStore.Place> page) {
        return page.stream().map(SessionStore.Place::id).filter(isLive.negate());
    }

    /** They go before any that is live; false when there are none to go. May wait. */
    boolean makeRoom() {
        if (!mayGo()) {
            return false;
        }
        Forgetting forgetting = new Forgetting(store); // the sweep tells what is left
        int before = store.size();
        List<SessionStore.Place> page = store.listByAge(null, PAGE);
        while (!page.isEmpty() && store.size() == before) {
            List<String> gone = notLive(page).limit(SPARED).toList();
            claims.allFree(gone, claimed -> forgetClaimed(claimed, forgetting));
            page = store.listByAge(page.getLast(), PAGE);
        }
        int forgotten = Math.max(0, before - store.size());
        if (forgotten == 0) {
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
        List<SessionStore.Place> page = store.listByAge(null, PAGE);
        while (!page.isEmpty()) {
            List<String> gone = notLive(page).toList();
            claims.allFree(
                    gone,
                    free -> {
                        isComplete[0] &= free.size() == gone.size();
                        forgetClaimed(free, forgetting);
                    });
            page = store.listByAge(page.getLast(), PAGE);
        }
        forgetting.done();
        return isComplete[0];
    }
}
