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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The live sessions of this server. Those of HTTP are also in the store, under an id that is hard
 * to guess and no proof of identity; those of a connection live and die with it.
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
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, LegacySession> byId = new ConcurrentHashMap<>();
    private final Set<LegacySession> ofConnections =
            Collections.newSetFromMap(new ConcurrentHashMap<>());

    Sessions(SessionStore store, SessionLimits limits, Time time, Observer observer) {
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

    /** Stores a session of HTTP and makes it live. */
    void open(LegacySession session) {
        session.touch(time.nanos());
        byId.put(session.id(), session);
        boolean stored = false;
        try {
            if (byId.size() > limits.maxSessions()) {
                throw new McpException(
                        ErrorCode.OVERLOADED,
                        "Overloaded: " + limits.maxSessions() + " sessions are open");
            }
            store.create(session.record());
            stored = true;
        } finally {
            if (!stored) {
                byId.remove(session.id(), session);
            }
        }
        opened(session);
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

    void close(LegacySession session, String reason) {
        boolean wasOpen = ofConnections.remove(session);
        if (byId.remove(session.id(), session)) {
            store.delete(session.id());
            wasOpen = true;
        }
        if (wasOpen) {
            session.stopAll(ENDED);
            session.closeStreams();
            observer.on(new SessionEvent.SessionClosed(session.transport(), reason));
        }
    }

    void store(SessionRecord record) {
        if (byId.containsKey(record.id())) {
            store.update(record);
        }
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

    /** Those that were idle for too long; what is busy is idle from now on at the earliest. */
    List<LegacySession> idle() {
        long now = time.nanos();
        List<LegacySession> idle = new ArrayList<>();
        for (LegacySession session : byId.values()) {
            if (session.isBusy()) {
                session.touch(now);
            } else if (now - session.lastUsedNanos() > limits.idleExpiry().toNanos()) {
                idle.add(session);
            }
        }
        return idle;
    }
}
