package io.erlmcp.session;

import io.erlmcp.dispatch.Exchange;
import io.erlmcp.dispatch.Quota;
import io.erlmcp.dispatch.ReplayQuestions;
import io.erlmcp.dispatch.ReplyPath;
import io.erlmcp.json.Envelope;
import io.erlmcp.json.EnvelopeScanner;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonKind;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.rpc.RpcReader;
import io.erlmcp.rpc.RpcWriter;
import io.erlmcp.security.Principal;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.PeerEvidence;
import io.erlmcp.wire.Wire;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The peer at the other end of a duplex connection (stdio, TCP, WebSocket, in memory). Both eras
 * may share it: each message decides for itself; a legacy session begins with {@code initialize}
 * and ends with the connection.
 *
 * <p>Process model: called by the connection's reader, one message at a time; answers come from
 * calls' threads.
 */
final class DuplexPeer implements ConnectionHandler {
    private static final String LEFT = "the client left";
    private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();

    private final ServerEndpoint endpoint;
    private final Connection connection;
    private final DuplexReply reply;
    private final Quota quota;
    private final CallsById modernCalls = new CallsById();
    private final @Nullable Principal principal;
    private volatile @Nullable LegacySession session;
    private volatile boolean isClosed;

    DuplexPeer(ServerEndpoint endpoint, Connection connection) {
        this.endpoint = endpoint;
        this.connection = connection;
        this.reply =
                new DuplexReply(
                        connection, connection.patience(endpoint.setup().limits().writeTimeout()));
        PeerEvidence evidence = connection.evidence();
        this.principal =
                endpoint.setup()
                        .authenticator()
                        .authenticate(
                                evidence.transport(), evidence.remoteAddress(), evidence.headers());
        this.quota = quota(principal, evidence.remoteAddress());
        if (principal == null) {
            endpoint.setup()
                    .observer()
                    .on(
                            new SessionEvent.AuthenticationFailed(
                                    evidence.transport(),
                                    String.valueOf(evidence.remoteAddress())));
            connection.close("not authenticated");
        }
    }

    /** That of the caller, whichever connections it has; the connection's own of a nameless one. */
    private Quota quota(@Nullable Principal known, @Nullable String address) {
        boolean isKnown = known != null && !known.equals(Principal.ANONYMOUS);
        return known != null && (isKnown || address != null)
                ? endpoint.quotas().of(known, address)
                : new Quota(endpoint.setup().maxRunningPerCaller());
    }

    @Override
    public void message(byte[] message) {
        Principal known = principal;
        if (known == null) {
            return;
        }
        Envelope envelope;
        try {
            envelope =
                    EnvelopeScanner.scan(
                            message, 0, message.length, endpoint.setup().limits().json());
        } catch (JsonException e) {
            refuse(null, new McpException(ErrorCode.PARSE_ERROR, "Parse error: " + e.getMessage()));
            return;
        }
        if (envelope.isBatch()) {
            batch(envelope, known);
        } else {
            single(RpcReader.read(envelope), known, reply);
        }
    }

    private void single(RpcMessage message, Principal known, ReplyPath path) {
        switch (message) {
            case RpcMessage.Request request -> request(request, known, path);
            case RpcMessage.Notification notification -> notification(notification);
            case RpcMessage.Result result -> answer(result.id(), result);
            case RpcMessage.Failure failure -> answer(failure.id(), failure);
            case RpcMessage.Invalid invalid ->
                    path.answer(
                            Messages.error(invalid.id(), error(Messages.invalid(invalid.reason()))),
                            error(Messages.invalid(invalid.reason())));
        }
    }

    private void batch(Envelope envelope, Principal known) {
        LegacySession open = session;
        if (open == null || open.record().revision() != Revision.R2025_03_26) {
            refuse(null, Messages.invalid("batches exist in revision 2025-03-26 only"));
            return;
        }
        BatchReply.run(
                envelope.elements(),
                open.limits(),
                reply,
                (message, path) -> single(message, known, path));
    }

    private void request(RpcMessage.Request request, Principal known, ReplyPath path) {
        try {
            if (request.envelope().protocolVersionKind() != JsonKind.ABSENT) {
                modern(request, known);
            } else {
                legacy(request, known, path);
            }
        } catch (McpException | JsonException problem) {
            RpcError error = Messages.error(problem, Era.MODERN);
            path.answer(Messages.error(request.id(), error), error);
        }
    }

    private void modern(RpcMessage.Request request, Principal known) {
        if (evidenceName().equals(SsePeer.TRANSPORT)) {
            throw Messages.invalid("HTTP+SSE speaks revisions with a handshake: initialize");
        }
        Wire wire = ModernVersion.check(request.envelope());
        RequestMeta meta = wire.readMeta(request.envelope());
        ModernCaller caller = ModernCaller.of(meta, wire.revision(), known, quota);
        ReplayQuestions questions =
                new ReplayQuestions(
                        endpoint.setup().vault(),
                        request.envelope(),
                        wire,
                        caller,
                        endpoint.setup().binder());
        Exchange exchange = new Exchange(request, wire, meta, caller, reply, questions);
        LegacySession open = session;
        boolean taken = open != null && open.hasCall(request.id());
        if (taken || !modernCalls.begin(exchange)) {
            throw Messages.invalid("a request with id " + request.id() + " is in progress");
        }
        endpoint.setup().dispatcher().dispatch(exchange);
    }

    private void legacy(RpcMessage.Request request, Principal known, ReplyPath path) {
        LegacySession open = session;
        if (open != null) {
            dispatch(request, open, path);
        } else if (request.method().equals("initialize")) {
            Wire wire = Wire.of(Revision.LATEST_LEGACY);
            LegacyHandshake handshake =
                    new LegacyHandshake(
                            known,
                            quota,
                            it -> endpoint.newSession(it, known, evidenceName()),
                            this::opened);
            RequestMeta meta = wire.readMeta(request.envelope());
            endpoint.setup()
                    .dispatcher()
                    .dispatch(
                            new Exchange(
                                    request, wire, meta, handshake, path, NoQuestions.INSTANCE));
        } else if (request.method().equals("ping")) {
            JsonWriter out = new JsonWriter();
            RpcWriter.beginResult(request.id(), out);
            out.value(JsonObject.EMPTY);
            RpcWriter.end(out);
            path.answer(out, null);
        } else if (Wire.of(Revision.LATEST_LEGACY).readRequest(request.method(), request.envelope())
                == null) {
            throw McpException.methodNotFound(request.method());
        } else {
            throw Messages.invalid(
                    "initialize first, or send io.modelcontextprotocol/protocolVersion in"
                            + " params._meta");
        }
    }

    private String evidenceName() {
        return connection.evidence().transport();
    }

    private void opened(LegacySession made) {
        made.openedFrom(SessionShares.network(connection.evidence().remoteAddress()));
        made.unsolicited(connection instanceof SsePeer sse ? sse.unsolicited() : connection::share);
        endpoint.sessions().openOnConnection(made);
        session = made;
        if (isClosed) {
            endpoint.close(made, LEFT);
        }
    }

    boolean hasSession() {
        return session != null;
    }

    /** Its session is not unused yet. */
    void used() {
        LegacySession open = session;
        if (open != null) {
            open.touch(endpoint.setup().time().nanos());
        }
    }

    private void dispatch(RpcMessage.Request request, LegacySession open, ReplyPath path) {
        Wire wire = open.wire();
        LiveQuestions questions =
                new LiveQuestions(open, path, wire, endpoint.setup().questionTimeout());
        Exchange exchange =
                new Exchange(
                        request, wire, wire.readMeta(request.envelope()), open, path, questions);
        if (modernCalls.find(request.id()) != null || !open.begin(exchange)) {
            throw Messages.invalid("a request with id " + request.id() + " is in progress");
        }
        endpoint.setup().dispatcher().dispatch(exchange);
    }

    private void notification(RpcMessage.Notification notification) {
        LegacySession open = session;
        switch (notification.method()) {
            case "notifications/cancelled" -> {
                RequestId id = Messages.cancelledId(notification);
                Exchange modern = id == null ? null : modernCalls.find(id);
                if (modern != null) {
                    modern.cancel();
                } else if (id != null && open != null) {
                    open.cancel(id);
                }
            }
            case "notifications/initialized" -> {
                if (open != null) {
                    open.ready();
                    open.update(it -> it.asInitialized(endpoint.setup().time().now()));
                }
            }
            default -> {
                // Unknown notifications are to be ignored.
            }
        }
    }

    private void answer(@Nullable RequestId id, RpcMessage answer) {
        LegacySession open = session;
        if (open != null && id != null) {
            open.questions().answer(id, answer);
        }
    }

    private void refuse(@Nullable RequestId id, McpException problem) {
        RpcError error = error(problem);
        endpoint.setup()
                .observer()
                .on(new SessionEvent.MessageRefused(evidenceName(), error.code()));
        JsonWriter out = Messages.error(id, error);
        connection.send(out.buffer(), 0, out.size());
    }

    private static RpcError error(McpException problem) {
        return Messages.error(problem, Era.MODERN);
    }

    @Override
    public void malformed(String reason) {
        refuse(null, new McpException(ErrorCode.PARSE_ERROR, "Parse error: " + reason));
    }

    @Override
    public void inputEnded(Duration limit) throws InterruptedException {
        long end = endpoint.setup().time().nanos() + limit.toNanos();
        while (hasCalls() && endpoint.setup().time().nanos() - end < 0) {
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while calls were in progress");
            }
        }
    }

    private boolean hasCalls() {
        LegacySession open = session;
        return (open != null && open.hasCalls()) || modernCalls.any(call -> !call.isDetached());
    }

    @Override
    public void cut(String reason) {
        endpoint.setup().observer().on(new SessionEvent.SlowReaderCut(evidenceName(), reason));
        closed();
    }

    @Override
    public Activity activity() {
        if (hasCalls()) {
            return Activity.CALLING;
        }
        LegacySession open = session;
        boolean listens =
                open != null && (open.hasTasks() || !open.record().subscriptions().isEmpty());
        return listens || modernCalls.any(call -> true) ? Activity.LISTENING : Activity.NONE;
    }

    @Override
    public void closed() {
        isClosed = true;
        modernCalls.cancelAll();
        LegacySession open = session;
        if (open != null) {
            open.cancelAll();
            endpoint.close(open, LEFT);
        }
    }
}
