package io.erlmcp.session;

import io.erlmcp.dispatch.Quota;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.security.Principal;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.PeerEvidence;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * HTTP+SSE of revision 2024-11-05: one event stream for all that the server says, whose first event
 * names the path to post to. A stream that broke is resumed with Last-Event-ID, for as long as its
 * peer is kept.
 *
 * <p>Process model: called on event loops, never blocks. Peers whose stream is gone for too long,
 * or that begin no session, are ended by the endpoint's timer. What is kept is bounded by the
 * streams of each caller, and by the caps on sessions.
 */
final class LegacySse {
    private static final Duration LONGEST_AWAY = Duration.ofMinutes(5);

    private static final String PARAMETER = "sessionId=";
    private static final int ID_BYTES = 24;

    private final ServerEndpoint endpoint;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<String, SsePeer> peers = new ConcurrentHashMap<>();

    LegacySse(ServerEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    void handle(HttpExchange http) {
        PeerEvidence evidence = http.evidence();
        Principal principal =
                endpoint.setup()
                        .authenticator()
                        .authenticate(
                                SsePeer.TRANSPORT, evidence.remoteAddress(), evidence.headers());
        if (principal == null) {
            endpoint.setup()
                    .observer()
                    .on(
                            new SessionEvent.AuthenticationFailed(
                                    SsePeer.TRANSPORT, String.valueOf(evidence.remoteAddress())));
            http.respond(401, List.of("www-authenticate", "Bearer"), new byte[0]);
            return;
        }
        switch (http.method()) {
            case "GET" -> get(http, principal);
            case "POST" -> post(http, principal);
            default -> http.respond(405, List.of("allow", "GET, POST"), new byte[0]);
        }
    }

    private void get(HttpExchange http, Principal principal) {
        if (!Accepts.of(http).stream()) {
            refuse(http, 406, "Accept must list text/event-stream");
            return;
        }
        Quota quota = endpoint.quotas().of(principal, http.evidence().remoteAddress());
        SessionLimits limits = endpoint.setup().limits();
        if (!quota.openStream(limits.maxStreamsPerCaller())) {
            refuse(http, 429, Audience.tooManyStreams(limits));
            return;
        }
        String last = http.header("last-event-id");
        if (last == null || last.isEmpty()) {
            tryToOpen(http, principal, quota);
        } else if (!resume(http, principal, last, quota)) {
            quota.closeStream();
        }
    }

    private void tryToOpen(HttpExchange http, Principal principal, Quota quota) {
        try {
            endpoint.audience().admitStream();
        } catch (McpException heldBack) {
            quota.closeStream();
            refuse(http, 503, heldBack);
            return;
        }
        open(http, principal, quota);
    }

    private void open(HttpExchange http, Principal principal, Quota quota) {
        SsePeer peer =
                new SsePeer(
                        newId(),
                        principal,
                        http.evidence(),
                        endpoint,
                        ended -> peers.remove(ended.id(), ended));
        peers.put(peer.id(), peer);
        peer.open();
        peer.attach(
                CountedStream.open(http, quota, endpoint.audience().httpStreams()),
                postPath(http, peer));
        http.onDisconnect(() -> left(peer));
    }

    /** Who began no session has nothing to come back to. */
    private void left(SsePeer peer) {
        peer.left(endpoint.setup().time().nanos());
        if (peer.isAway() && !peer.isStarted()) {
            end(peer);
        }
    }

    /** Event ids are in three parts with dashes between them, so this holds none. */
    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).replace('-', '.');
    }

    private static byte[] postPath(HttpExchange http, SsePeer peer) {
        return (http.path() + "?" + PARAMETER + peer.id()).getBytes(StandardCharsets.UTF_8);
    }

    /** False when it was refused, and nothing was opened. */
    private boolean resume(HttpExchange http, Principal principal, String last, Quota quota) {
        EventId id = EventId.parse(last);
        if (id == null) {
            refuse(http, 400, "Last-Event-ID was never issued by this server");
            return false;
        }
        SsePeer peer = find(id.stream(), principal);
        if (peer == null) {
            refuse(http, 404, "no such stream; connect without Last-Event-ID and initialize again");
            return false;
        }
        if (!peer.resume(
                id,
                () -> CountedStream.open(http, quota, endpoint.audience().httpStreams()),
                postPath(http, peer))) {
            endpoint.setup().observer().on(new SessionEvent.ReplayRefused(SsePeer.TRANSPORT));
            refuse(http, 400, "the events after this Last-Event-ID are not kept any more");
            return false;
        }
        http.onDisconnect(() -> left(peer));
        return true;
    }

    private @Nullable SsePeer find(String id, Principal principal) {
        SsePeer peer = peers.get(id);
        return peer == null || !peer.principal().equals(principal) ? null : peer;
    }

    private void post(HttpExchange http, Principal principal) {
        if (!Accepts.isJson(http.header("content-type"))) {
            refuse(http, 415, "Content-Type must be application/json");
            return;
        }
        String query = http.query();
        SsePeer peer =
                query == null || !query.startsWith(PARAMETER)
                        ? null
                        : find(query.substring(PARAMETER.length()), principal);
        if (peer == null) {
            refuse(http, 404, "no such stream; open one with GET");
            return;
        }
        http.respond(202);
        peer.received(http.body());
    }

    private void refuse(HttpExchange http, int status, String why) {
        refuse(http, status, Messages.invalid(why));
    }

    private void refuse(HttpExchange http, int status, McpException problem) {
        RpcError error = Messages.error(problem, Era.LEGACY);
        tellRefused(error);
        JsonWriter out = Messages.error(null, error);
        http.respond(status, HttpStatus.headers(error), out.buffer(), 0, out.size());
    }

    private void tellRefused(RpcError error) {
        endpoint.setup()
                .observer()
                .on(new SessionEvent.MessageRefused(SsePeer.TRANSPORT, error.code()));
    }

    /** Ends peers that began nothing, or whose stream is gone for too long. */
    void expire(long nowNanos) {
        SessionLimits limits = endpoint.setup().limits();
        Duration idle = limits.idleExpiry();
        Duration away = idle.compareTo(LONGEST_AWAY) < 0 ? idle : LONGEST_AWAY;
        for (SsePeer peer : peers.values()) {
            if (peer.isUnstartedFor(limits.initializeTimeout(), nowNanos)) {
                sendAway(peer, limits.initializeTimeout());
            } else if (peer.isAwayFor(away, nowNanos)) {
                end(peer);
            }
        }
    }

    /** Its client may not know why nothing comes: it is told before its stream ends. */
    private void sendAway(SsePeer peer, Duration limit) {
        McpException why =
                Messages.invalid(
                        "no session was begun within "
                                + limit.toMillis()
                                + " ms, the limit; connect again and initialize");
        RpcError error = Messages.error(why, Era.LEGACY);
        tellRefused(error);
        JsonWriter out = Messages.error(null, error);
        peer.send(out.buffer(), 0, out.size());
        end(peer);
    }

    private void end(SsePeer peer) {
        if (peers.remove(peer.id(), peer)) {
            peer.end();
        }
    }

    /** Ends all peers. */
    void close() {
        List.copyOf(peers.values()).forEach(this::end);
    }
}
