package io.erlmcp.session;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Principal;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The live sessions of this server. Those of HTTP are also in the store, under an id that is hard
 * to guess and no proof of identity; those of a connection live and die with it. What is live is
 * never looked up in the store.
 *
 * <p>Process model: no thread; the endpoint ends what is idle.
 */
final class Sessions {
    private static final int ID_BYTES = 24;
    private static final int PAGE = 1_000;

    /** Sessions of earlier processes that make room at once, so that not each new one looks. */
    private static final int SPARED = 100;

    private static final RpcError ENDED =
            new RpcError(
                    ErrorCode.INTERRUPTED, "The session ended while the call was running", null);

    private final SessionStore store;
    private final SessionLimits limits;
    private final Time time;
    private final Observer observer;
    private final Keeper keeper;
    private final long startedNanos;
    private final SessionShares shares;
    private final Claims claims = new Claims();
    private volatile boolean hasForeign;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, LegacySession> byId = new ConcurrentHashMap<>();
    private final Set<LegacySession> ofConnections =
            Collections.newSetFromMap(new ConcurrentHashMap<>());

    /** What is done for sessions outside of here; each may wait. */
    interface Keeper {
        /** Makes a live session of a stored one. */
        LegacySession revive(SessionRecord record);

        /** The session is live again. */
        void revived(LegacySession session);

        /** Ends a session whose place is needed. */
        void evict(LegacySession session);
    }

    Sessions(
            SessionStore store, SessionLimits limits, Time time, Observer observer, Keeper keeper) {
        this.keeper = keeper;
        this.shares = new SessionShares(limits.caps());
        this.startedNanos = time.nanos();
        this.hasForeign = store.isDurable();
        this.store = store;
        this.limits = limits;
        this.time = time;
        this.observer = observer;
    }

    String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Stores a session of HTTP and makes it live; may wait. */
    void open(LegacySession session) {
        session.touch(time.nanos());
        byId.put(session.id(), session);
        shares.enter(session);
        boolean stored = false;
        try {
            makeRoom(session);
            store.create(session.record());
            stored = true;
        } finally {
            if (!stored && byId.remove(session.id(), session)) {
                shares.leave(session);
            }
        }
        opened(session);
    }

    /** Keeps the caps: ends unused sessions, those of the same owner first, or refuses. */
    private void makeRoom(LegacySession session) {
        for (SessionShares.Share share : shares.of(session)) {
            while (share.isOver()) {
                evict(share);
            }
        }
        while (isOver()) {
            if (!forgetUnclaimed()) {
                evict(shares.everybody());
            }
        }
    }

    private boolean isOver() {
        return Math.max(byId.size(), store.size() + 1) > limits.caps().all();
    }

    private void evict(SessionShares.Share share) {
        LegacySession spare = shares.spare(share, byId.values(), time.nanos());
        if (spare == null) {
            throw share.refusal();
        }
        if (spare.retire()) {
            keeper.evict(spare);
            observer.on(new SessionEvent.SessionsEvicted(1));
        }
    }

    /** Those of earlier processes that nobody came back to go before any that is live. */
    private boolean forgetUnclaimed() {
        if (!hasForeign || time.nanos() - startedNanos < limits.caps().unused().toNanos()) {
            return false;
        }
        int before = store.size();
        String last = null;
        List<String> page = store.listByAge(last, PAGE);
        while (!page.isEmpty() && store.size() == before) {
            List<String> gone =
                    page.stream().filter(id -> !byId.containsKey(id)).limit(SPARED).toList();
            claims.allFree(gone, store::deleteAll);
            last = page.getLast();
            page = store.listByAge(last, PAGE);
        }
        int forgotten = Math.max(0, before - store.size());
        if (forgotten > 0) {
            observer.on(new SessionEvent.SessionsEvicted(forgotten));
        }
        return forgotten > 0;
    }

    /**
     * Takes on a session over HTTP that an earlier process left; false where there is no room, or
     * one of that id. May wait.
     */
    boolean restore(SessionRecord record) {
        if (isOver() || store.read(record.id()).isPresent()) {
            return false;
        }
        store.create(record);
        LegacySession session = keeper.revive(record);
        session.touch(time.nanos());
        byId.put(record.id(), session);
        shares.enter(session);
        observer.on(
                new SessionEvent.SessionRevived(
                        session.transport(), record.revision(), record.principal().name()));
        return true;
    }

    /** Takes on a session that lives and dies with its connection. */
    void openOnConnection(LegacySession session) {
        session.touch(time.nanos());
        ofConnections.add(session);
        opened(session);
    }

    private void opened(LegacySession session) {
        observer.on(
                new SessionEvent.SessionOpened(
                        session.transport(),
                        session.record().revision(),
                        session.principal().name()));
    }

    /**
     * The session of that id, if it is this principal's, with the same scopes; a foreign id is as
     * unknown as one never issued.
     */
    @Nullable LegacySession find(String id, Principal principal) {
        LegacySession session = byId.get(id);
        if (session == null || !session.principal().equals(principal)) {
            return null;
        }
        session.touch(time.nanos());
        return session;
    }

    /** True when the session needs no look into the store, nor would one help. */
    boolean isAtHand(@Nullable String id) {
        return id == null || !store.isDurable() || byId.containsKey(id);
    }

    /** As {@link #find}, and looks into a durable store too; may wait. */
    @Nullable LegacySession findOrRevive(String id, Principal principal) {
        if (isAtHand(id)) {
            return find(id, principal);
        }
        LegacySession[] revived = new LegacySession[1];
        claims.alone(id, () -> revived[0] = revive(id, principal));
        return revived[0];
    }

    private @Nullable LegacySession revive(String id, Principal principal) {
        if (byId.containsKey(id)) {
            return find(id, principal);
        }
        SessionRecord record = store.read(id).orElse(null);
        if (record == null || !record.principal().equals(principal)) {
            return null;
        }
        LegacySession session = keeper.revive(record);
        session.touch(time.nanos());
        byId.put(id, session);
        shares.enter(session);
        observer.on(
                new SessionEvent.SessionRevived(
                        session.transport(), record.revision(), principal.name()));
        keeper.revived(session);
        return session;
    }

    /** Makes a stored session live for what is left to do in it; may wait. */
    void reviveForItsWork(String id) {
        claims.alone(
                id,
                () -> {
                    SessionRecord record =
                            byId.containsKey(id) ? null : store.read(id).orElse(null);
                    if (record != null) {
                        revive(id, record.principal());
                    }
                });
    }

    /** Ends a session; waits for a durable store, which forgets it last. */
    void close(LegacySession session, String reason) {
        if (!store.isDurable() || !byId.containsKey(session.id())) {
            if (leave(session, reason)) {
                store.delete(session.id());
            }
            return;
        }
        claims.alone(
                session.id(),
                () -> {
                    if (leave(session, reason)) {
                        store.delete(session.id());
                    }
                });
    }

    /**
     * Ends what is live in a session and lets the store keep it.
     *
     * @return true when the store has it
     */
    boolean leave(LegacySession session, String reason) {
        boolean wasOpen = ofConnections.remove(session);
        boolean isStored = byId.remove(session.id(), session);
        if (isStored) {
            shares.leave(session);
        }
        if (wasOpen || isStored) {
            session.stopAll(ENDED);
            session.closeStreams();
            observer.on(new SessionEvent.SessionClosed(session.transport(), reason));
        }
        return isStored;
    }

    /**
     * Stores what {@code change} makes of the session's record, then lets it be seen; may wait.
     * Runs {@code change} again on a newer record when somebody else was faster.
     *
     * @throws McpException when the session has ended
     */
    void change(
            LegacySession session,
            UnaryOperator<SessionRecord> change,
            LegacySession.Follower follower) {
        while (true) {
            SessionRecord after = change.apply(session.record());
            boolean isStored = session.equals(byId.get(session.id()));
            if (!isStored || store.update(after)) {
                if (session.adopt(after, follower) || isStored) {
                    return;
                }
            } else {
                SessionRecord newer =
                        store.read(session.id())
                                .orElseThrow(
                                        () ->
                                                new McpException(
                                                        ErrorCode.INVALID_REQUEST,
                                                        "The session has ended"));
                session.adopt(newer, follower);
            }
        }
    }

    /**
     * Forgets sessions of earlier processes that nobody came back to within the idle time; may
     * wait.
     */
    void expireStored() {
        if (!hasForeign || time.nanos() - startedNanos <= limits.idleExpiry().toNanos()) {
            return;
        }
        String last = null;
        List<String> page = store.listByAge(last, PAGE);
        while (!page.isEmpty()) {
            List<String> gone = page.stream().filter(id -> !byId.containsKey(id)).toList();
            claims.allFree(gone, store::deleteAll);
            last = page.getLast();
            page = store.listByAge(last, PAGE);
        }
        hasForeign = false;
    }

    /** The record of a stored session as it is now; may wait. */
    Optional<SessionRecord> record(String id) {
        LegacySession live = byId.get(id);
        return live != null ? Optional.of(live.record()) : store.read(id);
    }

    @Nullable LegacySession live(String id) {
        return byId.get(id);
    }

    /** Forgets a session that is not live; may wait. */
    boolean forget(String id) {
        boolean[] wasThere = {false};
        claims.alone(id, () -> wasThere[0] = !byId.containsKey(id) && store.delete(id));
        return wasThere[0];
    }

    Collection<LegacySession> ofHttp() {
        return byId.values();
    }

    Collection<LegacySession> ofConnections() {
        return ofConnections;
    }

    int size() {
        return byId.size() + ofConnections.size();
    }

    /**
     * Those that were idle for too long, retired; what is busy is idle from now on at the earliest.
     */
    List<LegacySession> idle() {
        long now = time.nanos();
        List<LegacySession> idle = new ArrayList<>();
        for (LegacySession session : byId.values()) {
            if (session.isBusy()) {
                session.touch(now);
            } else if (now - session.lastUsedNanos() > limits.idleExpiry().toNanos()
                    && session.retire()) {
                idle.add(session);
            }
        }
        return idle;
    }
}
