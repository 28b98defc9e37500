package io.erlmcp.session;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Time;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Keeps the caps on sessions. Where one is reached, those of earlier processes that nobody came
 * back to go first, then the one that was unused for longest; else the new one is refused.
 *
 * <p>Process model: no thread; room is made by the threads that open sessions, or aside where they
 * must not wait.
 */
final class SessionRoom {
    /** Sessions of earlier processes that make room at once, so that not each new one looks. */
    private static final int SPARED = 100;

    private final Sessions sessions;
    private final SessionStore store;
    private final SessionLimits.Caps caps;
    private final Time time;
    private final Observer observer;
    private final Sessions.Keeper keeper;
    private final SessionShares shares;

    /** Room could not be made when it was last tried to: the store forgets nothing. */
    private volatile boolean isStuck;

    private final AtomicBoolean isTrying = new AtomicBoolean();

    SessionRoom(
            Sessions sessions,
            SessionStore store,
            SessionLimits.Caps caps,
            Time time,
            Observer observer,
            Sessions.Keeper keeper) {
        this.sessions = sessions;
        this.store = store;
        this.caps = caps;
        this.time = time;
        this.observer = observer;
        this.keeper = keeper;
        this.shares = new SessionShares(caps);
    }

    SessionShares shares() {
        return shares;
    }

    /** True while a session more in the store, beside {@code toBeStored}, is one too many. */
    boolean isOver(int toBeStored) {
        return over(toBeStored) > 0;
    }

    private int over(int toBeStored) {
        int overHttp = Math.max(sessions.ofHttp().size(), store.size() + toBeStored);
        return overHttp + sessions.ofConnections().size() - caps.all();
    }

    /**
     * Makes room for a session that counts already, and has it stored before a live one ends for
     * it: a store that takes no writes costs nobody his session. May wait.
     */
    void make(LegacySession session, Runnable storing) {
        List<SessionShares.Share> its = new ArrayList<>(shares.of(session));
        its.add(shares.everybody());
        its.forEach(SessionShares.Share::begin);
        Deque<Spare> going = new ArrayDeque<>();
        try {
            pick(session, going);
            storing.run();
            while (!going.isEmpty()) {
                Spare spare = going.removeFirst();
                if (shares.maySpare(spare.session(), time.nanos())) {
                    evict(spare, () -> isTooMany(session));
                }
            }
        } finally {
            going.forEach(it -> shares.giveBack(it.share(), it.session()));
            its.forEach(SessionShares.Share::end);
        }
        evictOver(session);
    }

    /** Where one that was to go did not; each of those that come at the same time ends its own. */
    private void evictOver(LegacySession session) {
        shares.of(session).forEach(this::evictOver);
        evictOver(shares.everybody());
    }

    private void evictOver(SessionShares.Share share) {
        while (tooMany(share) > share.begun()) {
            evict(spare(share), () -> tooMany(share) > share.begun());
        }
    }

    /** Others that came at the same time may have made the room already. */
    private boolean isTooMany(LegacySession session) {
        return tooMany(shares.everybody()) > 0
                || shares.of(session).stream().anyMatch(share -> tooMany(share) > 0);
    }

    /** But for those that are being ended. */
    private int tooMany(SessionShares.Share share) {
        int over = share.equals(shares.everybody()) ? over(0) : share.over();
        return over - share.going();
    }

    /** Lets go what is nobody's, and picks what is to go beside that. */
    private void pick(LegacySession session, Deque<Spare> going) {
        for (SessionShares.Share share : shares.of(session)) {
            count(share);
            boolean isLess = true;
            while (share.isOver() && isLess) {
                isLess = forgetUnclaimed(share);
            }
            if (share.isOver()) {
                going.add(spare(share));
            }
        }
        boolean isLess = true;
        while (isOver(1) && isLess) {
            isLess = store.size() >= sessions.ofHttp().size() && sessions.unclaimed().makeRoom();
        }
        if (isOver(1) && going.isEmpty()) {
            going.add(spare(shares.everybody()));
        }
    }

    /**
     * Makes room for a session that counts already and is never stored. Does not wait: what has to
     * go for it goes aside, a little later.
     */
    void makeAside(LegacySession session) {
        for (SessionShares.Share share : shares.of(session)) {
            if (!sessions.unclaimed().mayBe()) {
                share.countStored(0);
            } else if (share.isUncounted()) {
                keeper.aside(() -> count(share));
            }
            if (share.isOver()) {
                goAside(share, share.stored() > 0, () -> forgetOrEvict(share));
            }
        }
        if (isOver(0)) {
            boolean hasUnclaimed =
                    sessions.unclaimed().mayBe() && store.size() > sessions.ofHttp().size();
            goAside(shares.everybody(), hasUnclaimed, this::forgetOrEvict);
        }
    }

    /** Where none of an earlier process can go, a live one does, or nobody else comes. */
    private void forgetOrEvict(SessionShares.Share share) {
        if (!forgetUnclaimed(share) && share.isOver()) {
            evict(share);
        }
    }

    private void forgetOrEvict() {
        if (!sessions.unclaimed().makeRoom() && isOver(0)) {
            evict(shares.everybody());
        }
    }

    private void goAside(SessionShares.Share share, boolean hasUnclaimed, Runnable forget) {
        boolean mayForget = hasUnclaimed && sessions.unclaimed().mayGo();
        if (isStuck) {
            tryAgain(mayForget ? forget : () -> {});
            throw share.refusal();
        }
        if (mayForget) {
            keeper.aside(() -> attempt(forget));
        } else {
            evictAside(spare(share));
        }
    }

    private void evictAside(Spare spare) {
        boolean isBegun = false;
        try {
            keeper.aside(() -> attempt(() -> evict(spare, () -> tooMany(spare.share()) > 0)));
            isBegun = true;
        } finally {
            if (!isBegun) {
                shares.giveBack(spare.share(), spare.session());
            }
        }
    }

    /** While what is to go cannot be forgotten, nothing goes and nothing more comes. */
    private void tryAgain(Runnable forget) {
        if (!isTrying.compareAndSet(false, true)) {
            return;
        }
        boolean isBegun = false;
        try {
            keeper.aside(
                    () -> {
                        try {
                            attempt(
                                    () -> {
                                        forgetEnded();
                                        forget.run();
                                    });
                        } finally {
                            isTrying.set(false);
                        }
                    });
            isBegun = true;
        } finally {
            if (!isBegun) {
                isTrying.set(false);
            }
        }
    }

    /** One that cannot be forgotten, because of what it is, is told by the sweep. */
    private void forgetEnded() {
        try {
            sessions.forgetEnded();
        } catch (RuntimeException failure) {
            if (Forgetting.isOfTheStore(failure)) {
                throw failure;
            }
        }
    }

    private void attempt(Runnable work) {
        boolean isDone = false;
        try {
            work.run();
            isDone = true;
        } catch (McpException storeBusy) {
            isDone = false; // the store says itself why
        } finally {
            isStuck = !isDone;
        }
    }

    private void evict(SessionShares.Share share) {
        evict(spare(share), () -> tooMany(share) > 0);
    }

    private void evict(Spare spare, BooleanSupplier isNeeded) {
        LegacySession session = spare.session();
        if (!shares.goes(session, isNeeded)) {
            shares.giveBack(spare.share(), session);
            return;
        }
        try {
            if (session.retire()) {
                keeper.evict(session);
                observer.on(new SessionEvent.SessionsEvicted(1));
            }
        } finally {
            shares.went(session);
        }
    }

    /** A session that may go, and for whom it was picked. */
    private record Spare(LegacySession session, SessionShares.Share share) {}

    private Spare spare(SessionShares.Share share) {
        Iterable<LegacySession> all =
                () ->
                        Stream.concat(sessions.ofHttp().stream(), sessions.ofConnections().stream())
                                .iterator();
        LegacySession spare = shares.spare(share, all, time.nanos());
        if (spare == null) {
            throw share.refusal();
        }
        return new Spare(spare, share);
    }

    /** Forgets what was counted of earlier processes, once all of that is gone. */
    void tidy() {
        if (!sessions.unclaimed().mayBe()) {
            shares.forgetStored();
        }
    }

    // ---- sessions of earlier processes that nobody came back to ----

    private Stream<String> unclaimed(List<String> ids) {
        return ids.stream().filter(id -> sessions.live(id) == null);
    }

    private void told(int forgotten) {
        if (forgotten > 0) {
            observer.on(new SessionEvent.SessionsEvicted(forgotten));
        }
    }

    /** Those of a principal count as its live ones do. */
    private void count(SessionShares.Share share) {
        String principal = share.principal();
        if (!sessions.unclaimed().mayBe()) {
            share.countStored(0);
        } else if (principal != null && share.isUncounted()) {
            share.countStored((int) unclaimed(oldest(share, principal)).count());
        }
    }

    /** Enough of them to find out whether there are too many, and which go. */
    private List<String> oldest(SessionShares.Share share, String principal) {
        return store.listByPrincipal(principal, share.max() + SPARED);
    }

    /** True when there are fewer of that share than was known. */
    private boolean forgetUnclaimed(SessionShares.Share share) {
        String principal = share.principal();
        int before = share.stored();
        boolean mayForget = sessions.unclaimed().mayGo();
        if (principal == null || before == 0 || !(mayForget || share.mayLook(time.nanos()))) {
            return false;
        }
        List<String> known = unclaimed(oldest(share, principal)).toList();
        if (mayForget) {
            int some = Math.max(share.over(), share.max() / SPARED);
            sessions.unclaimed().forget(known, Math.min(some, SPARED));
            List<String> left = unclaimed(oldest(share, principal)).toList();
            told(known.size() - left.size());
            known = left;
        }
        share.countStored(sessions.unclaimed().mayBe() ? known.size() : 0);
        return share.stored() < before;
    }
}
