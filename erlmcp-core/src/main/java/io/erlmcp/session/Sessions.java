package io.erlmcp.session;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Principal;
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
import org.jspecify.annotations.Nullable;

/**
 * The live sessions of this server. Those of HTTP are also in the store, under an id that is hard
 * to guess and no proof of identity; those of a connection live and die with it. What is live is
 * never looked up in the store.
 *
 * <p>Process model: no thread; the endpoint ends what is idle.
 */
final class Sessions {
    private static final int ID_BYTES = 24;

    private static final RpcError ENDED =
            new RpcError(
                    ErrorCode.INTERRUPTED, "The session ended while the call was running", null);

    private final SessionStore store;
    private final SessionLimits limits;
    private final Time time;
    private final Observer observer;
    private final Keeper keeper;
    private final SessionRoom room;
    private final SessionShares shares;
    private final EndedSessions ended;
    private final Claims claims = new Claims();
    private final UnclaimedSessions unclaimed;
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

        /** Runs what may wait for the store where nobody must wait for it. */
        void aside(Runnable work);
    }

    Sessions(
            SessionStore store, SessionLimits limits, Time time, Observer observer, Keeper keeper) {
        this.keeper = keeper;
        this.room = new SessionRoom(this, store, limits.caps(), time, observer, keeper);
        this.shares = room.shares();
        this.ended = new EndedSessions(store, limits.caps().all());
        this.unclaimed =
                new UnclaimedSessions(store, limits, claims, byId::containsKey, time, observer);
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
        boolean[] isCreated = {false};
        boolean hasRoom = false;
        try {
            room.make(
                    session,
                    () -> {
                        create(session.record());
                        isCreated[0] = true;
                    });
            hasRoom = true;
        } finally {
            if (!hasRoom && byId.remove(session.id(), session)) {
                shares.leave(session);
            }
            if (!hasRoom && isCreated[0]) {
                remember(session.id());
            }
        }
        opened(session);
    }

    /**
     * What is not acknowledged may be stored all the same, or soon: it is nobody's, and is to go.
     */
    private void create(SessionRecord record) {
        try {
            store.create(record);
        } catch (McpException unknown) {
            remember(record.id());
            throw unknown;
        }
    }

    /** The store is to forget that session; where too many wait for that, it is looked for. */
    private void remember(String id) {
        if (!ended.add(id)) {
            unclaimed.lookAgain();
        }
    }

    /**
     * Takes on a session over HTTP that an earlier process left; false where there is no room, or
     * one of that id. May wait.
     */
    boolean restore(SessionRecord record) {
        if (room.isOver(1) || store.read(record.id()).isPresent()) {
            return false;
        }
        create(record);
        LegacySession session = keeper.revive(record);
        session.touch(time.nanos());
        byId.put(record.id(), session);
        shares.enter(session);
        observer.on(
                new SessionEvent.SessionRevived(
                        session.transport(), record.revision(), record.principal().name()));
        return true;
    }

    /**
     * Takes on a session that lives and dies with its connection; never waits.
     *
     * @throws McpException at a cap, where no other can go for it
     */
    void openOnConnection(LegacySession session) {
        session.touch(time.nanos());
        ofConnections.add(session);
        shares.enter(session);
        boolean hasRoom = false;
        try {
            room.makeAside(session);
            hasRoom = true;
        } finally {
            if (!hasRoom && ofConnections.remove(session)) {
                shares.leave(session);
            }
        }
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

    /**
     * As {@link #find}, and looks into a durable store too; may wait.
     *
     * @param from the network of the client: where it comes back from is where a session of an
     *     earlier process is counted
     */
    @Nullable LegacySession findOrRevive(String id, Principal principal, @Nullable String from) {
        if (isAtHand(id)) {
            return find(id, principal);
        }
        LegacySession[] revived = new LegacySession[1];
        claims.alone(id, () -> revived[0] = revive(id, principal, from));
        return revived[0];
    }

    private @Nullable LegacySession revive(String id, Principal principal, @Nullable String from) {
        if (byId.containsKey(id)) {
            return find(id, principal);
        }
        SessionRecord record = stored(id);
        if (record == null || !record.principal().equals(principal)) {
            return null;
        }
        LegacySession session = keeper.revive(record);
        session.openedFrom(from);
        session.touch(time.nanos());
        byId.put(id, session);
        shares.enter(session);
        shares.claimed(session);
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
                    SessionRecord record = live(id) != null ? null : stored(id);
                    if (record != null) {
                        revive(id, record.principal(), null);
                    }
                });
    }

    /**
     * Ends a session and waits until the store has forgotten it; where that fails, {@link
     * #forgetEnded} tries again, and nobody revives it meanwhile.
     */
    void close(LegacySession session, String reason) {
        if (end(session, reason)) {
            ended.forget(session.id());
        }
    }

    /**
     * Ends a session, which the store forgets with {@link #forgetEnded}.
     *
     * @return true when the store has it
     */
    boolean end(LegacySession session, String reason) {
        if (session.equals(byId.get(session.id()))) {
            remember(session.id());
        }
        return leave(session, reason);
    }

    /** Lets the store forget the sessions that have ended; may wait. */
    void forgetEnded() {
        ended.forgetAll();
    }

    EndedSessions ended() {
        return ended;
    }

    /**
     * Ends what is live in a session and lets the store keep it.
     *
     * @return true when the store has it
     */
    boolean leave(LegacySession session, String reason) {
        boolean wasOpen = ofConnections.remove(session);
        boolean isStored = byId.remove(session.id(), session);
        if (wasOpen || isStored) {
            shares.leave(session);
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
     * @param follower the same for all changes: it may hear of one that somebody else stored
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

    /** As {@link UnclaimedSessions#expire}. */
    void expireStored() {
        unclaimed.expire();
        room.tidy();
    }

    UnclaimedSessions unclaimed() {
        return unclaimed;
    }

    /** The record of a stored session as it is now; may wait. */
    Optional<SessionRecord> record(String id) {
        LegacySession live = byId.get(id);
        return live != null ? Optional.of(live.record()) : Optional.ofNullable(stored(id));
    }

    private @Nullable SessionRecord stored(String id) {
        return ended.holds(id) ? null : store.read(id).orElse(null);
    }

    @Nullable LegacySession live(String id) {
        return byId.get(id);
    }

    /** Forgets a session that is not live; may wait. */
    boolean forget(String id) {
        boolean[] wasThere = {false};
        claims.alone(id, () -> wasThere[0] = !byId.containsKey(id) && forgetStored(id));
        return wasThere[0];
    }

    private boolean forgetStored(String id) {
        remember(id);
        return ended.forget(id);
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
     * Those that were idle for too long; what is busy is idle from now on at the earliest. They are
     * ended one by one, if {@link #mayEnd} says so.
     */
    List<LegacySession> idle() {
        long now = time.nanos();
        List<LegacySession> idle = new ArrayList<>();
        for (LegacySession session : byId.values()) {
            if (session.isBusy()) {
                session.touch(now);
            } else if (isIdle(session, now)) {
                idle.add(session);
            }
        }
        return idle;
    }

    /** Retires a session that is still idle; true for one that was retired before, too. */
    boolean mayEnd(LegacySession session) {
        return session.isRetired() || (isIdle(session, time.nanos()) && session.retire());
    }

    private boolean isIdle(LegacySession session, long now) {
        return session.isRetired() || now - session.lastUsedNanos() > limits.idleExpiry().toNanos();
    }
}
