package io.erlmcp.session;

import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Era;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.security.Principal;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.PeerEvidence;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * HTTP+SSE of revision 2024-11-05: one event stream for all that the server says, whose first event
 * names the path to post to. A stream that broke is resumed with Last-Event-ID, for as long as its
 * peer is kept.
 *
 * <p>Process model: called on event loops, never blocks. Peers whose stream is gone for too long
 * are ended by the endpoint's timer.
 */
final class LegacySse {
    private static final List<String> JSON = List.of("content-type", "application/json");
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
        String last = http.header("last-event-id");
        if (last != null && !last.isEmpty()) {
            resume(http, principal, last);
        } else if (peers.size() >= endpoint.setup().limits().caps().all()) {
            refuse(http, 503, "Overloaded: " + peers.size() + " streams are kept");
        } else {
            SsePeer peer = new SsePeer(newId(), principal, http.evidence(), endpoint);
            peers.put(peer.id(), peer);
            attach(http, peer);
            peer.open();
        }
    }

    /** Event ids are in three parts with dashes between them, so this holds none. */
    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).replace('-', '.');
    }

    private void attach(HttpExchange http, SsePeer peer) {
        http.onDisconnect(() -> peer.left(endpoint.setup().time().nanos()));
        peer.attach(http.openStream(List.of()), postPath(http, peer));
    }

    private static byte[] postPath(HttpExchange http, SsePeer peer) {
        return (http.path() + "?" + PARAMETER + peer.id()).getBytes(StandardCharsets.UTF_8);
    }

    private void resume(HttpExchange http, Principal principal, String last) {
        EventId id = EventId.parse(last);
        if (id == null) {
            refuse(http, 400, "Last-Event-ID was never issued by this server");
            return;
        }
        SsePeer peer = find(id.stream(), principal);
        if (peer == null) {
            refuse(http, 404, "no such stream; connect without Last-Event-ID and initialize again");
            return;
        }
        http.onDisconnect(() -> peer.left(endpoint.setup().time().nanos()));
        if (!peer.resume(id, () -> http.openStream(List.of()), postPath(http, peer))) {
            refuse(http, 400, "the events after this Last-Event-ID are not kept any more");
        }
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
        RpcError error = Messages.error(Messages.invalid(why), Era.LEGACY);
        endpoint.setup()
                .observer()
                .on(new SessionEvent.MessageRefused(SsePeer.TRANSPORT, error.code()));
        JsonWriter out = Messages.error(null, error);
        http.respond(status, JSON, out.buffer(), 0, out.size());
    }

    /** Ends peers whose stream is gone for so long that nobody will come back. */
    void expire(long nowNanos) {
        Duration idle = endpoint.setup().limits().idleExpiry();
        Duration away = idle.compareTo(LONGEST_AWAY) < 0 ? idle : LONGEST_AWAY;
        for (SsePeer peer : peers.values()) {
            if (peer.isEnded() || peer.isAwayFor(away, nowNanos)) {
                end(peer);
            }
        }
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
