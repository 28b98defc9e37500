package io.erlmcp.session;

import io.erlmcp.dispatch.Exchange;
import io.erlmcp.dispatch.Quota;
import io.erlmcp.dispatch.ReplyPath;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.security.Principal;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.wire.Wire;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Streamable HTTP up to 2025-11-25: sessions named by a header, a stream of messages nobody asked
 * for (GET), streams that are resumed by Last-Event-ID, and the end of a session (DELETE).
 */
final class LegacyHttp {
    static final String SESSION = "mcp-session-id";
    private static final String GONE = "no such session; initialize again";

    private final ServerEndpoint endpoint;
    private final CallerQuotas quotas;

    LegacyHttp(ServerEndpoint endpoint, CallerQuotas quotas) {
        this.endpoint = endpoint;
        this.quotas = quotas;
    }

    void post(HttpExchange http, RpcMessage message, Principal principal, HttpReply reply) {
        RequestId id = message instanceof RpcMessage.Request request ? request.id() : null;
        if (message instanceof RpcMessage.Request request
                && request.method().equals("initialize")) {
            mayWait(http, id, "initialize", () -> initialize(http, request, principal, reply));
        } else if (endpoint.sessions().isAtHand(http.header(SESSION))) {
            inSession(http, message, principal, reply);
        } else {
            mayWait(http, id, "revive", () -> inSession(http, message, principal, reply));
        }
    }

    private void inSession(
            HttpExchange http, RpcMessage message, Principal principal, HttpReply reply) {
        RequestId id = message instanceof RpcMessage.Request request ? request.id() : null;
        LegacySession session = session(http, principal, id);
        if (session == null) {
            return;
        }
        reply.belongsTo(session, message instanceof RpcMessage.Request it ? it : null);
        boolean isThere = inSession(message, session, reply);
        if (!isThere) {
            refuse(http, 404, id, GONE);
        } else if (!(message instanceof RpcMessage.Request)) {
            http.respond(202);
        }
    }

    /** Runs what may wait for the store, off the event loop; what it throws is answered. */
    void mayWait(HttpExchange http, @Nullable RequestId id, String name, Runnable work) {
        endpoint.mayWait(
                name,
                () -> {
                    try {
                        work.run();
                    } catch (McpException | JsonException problem) {
                        refuse(http, id, problem);
                    } catch (RuntimeException bug) {
                        refuse(http, id, bug);
                        throw bug;
                    }
                });
    }

    private void initialize(
            HttpExchange http, RpcMessage.Request request, Principal principal, HttpReply reply) {
        Wire wire = Wire.of(Revision.LATEST_LEGACY);
        LegacyHandshake handshake =
                new LegacyHandshake(
                        principal,
                        new Quota(1),
                        it -> endpoint.newSession(it, principal, "http"),
                        session -> {
                            session.openedFrom(
                                    SessionShares.network(http.evidence().remoteAddress()));
                            endpoint.sessions().open(session);
                            reply.announce(session);
                        });
        try {
            endpoint.setup()
                    .dispatcher()
                    .dispatch(
                            new Exchange(
                                    request,
                                    wire,
                                    wire.readMeta(request.envelope()),
                                    handshake,
                                    reply,
                                    NoQuestions.INSTANCE));
        } catch (McpException | JsonException problem) {
            RpcError error = Messages.error(problem, Era.LEGACY);
            reply.answer(Messages.error(request.id(), error), error);
        }
    }

    /**
     * Takes one message of an open session; {@code path} is for the answer of a request.
     *
     * @return false when the session ended before the request could begin, and nothing was answered
     */
    boolean inSession(RpcMessage message, LegacySession session, ReplyPath path) {
        boolean isThere = true;
        switch (message) {
            case RpcMessage.Request request -> isThere = request(request, session, path);
            case RpcMessage.Notification notification -> notification(notification, session);
            case RpcMessage.Result result -> session.questions().answer(result.id(), result);
            case RpcMessage.Failure failure -> {
                if (failure.id() != null) {
                    session.questions().answer(failure.id(), failure);
                }
            }
            case RpcMessage.Invalid invalid -> {
                RpcError error = Messages.error(Messages.invalid(invalid.reason()), Era.LEGACY);
                path.answer(Messages.error(invalid.id(), error), error);
            }
        }
        return isThere;
    }

    void inBatch(RpcMessage message, LegacySession session, ReplyPath path) {
        if (!inSession(message, session, path) && message instanceof RpcMessage.Request request) {
            RpcError error = Messages.error(Messages.invalid(GONE), Era.LEGACY);
            path.answer(Messages.error(request.id(), error), error);
        }
    }

    private boolean request(RpcMessage.Request request, LegacySession session, ReplyPath path) {
        Wire wire = session.wire();
        LiveQuestions questions =
                new LiveQuestions(session, path, wire, endpoint.setup().questionTimeout());
        try {
            Exchange exchange =
                    new Exchange(
                            request,
                            wire,
                            wire.readMeta(request.envelope()),
                            session,
                            path,
                            questions);
            if (AcceptedRequests.isReplay(session, request) && path instanceof HttpReply) {
                throw Messages.invalid(
                        "this very request, with id "
                                + request.id()
                                + ", was taken before the server was started again and does not run"
                                + " twice: resume its stream with Last-Event-ID");
            }
            if (!session.begin(exchange)) {
                throw Messages.invalid("a request with id " + request.id() + " is in progress");
            }
            if (!session.stays()) {
                session.forget(exchange);
                return false;
            }
            if (SessionMethods.changesTheSession(request.method())) {
                endpoint.mayWait(
                        request.method(), () -> endpoint.setup().dispatcher().dispatch(exchange));
            } else {
                endpoint.setup().dispatcher().dispatch(exchange);
            }
        } catch (McpException | JsonException problem) {
            RpcError error = Messages.error(problem, Era.LEGACY);
            path.answer(Messages.error(request.id(), error), error);
        }
        return true;
    }

    private void notification(RpcMessage.Notification notification, LegacySession session) {
        switch (notification.method()) {
            case "notifications/cancelled" -> {
                RequestId id = Messages.cancelledId(notification);
                if (id != null) {
                    session.cancel(id);
                }
            }
            case "notifications/initialized" -> {
                session.ready();
                session.update(it -> it.asInitialized(endpoint.setup().time().now()));
            }
            default -> {
                // Unknown notifications are to be ignored.
            }
        }
    }

    /** The session that the request names, or null after the request was refused. */
    @Nullable LegacySession session(HttpExchange http, Principal principal) {
        return session(http, principal, null);
    }

    private @Nullable LegacySession session(
            HttpExchange http, Principal principal, @Nullable RequestId answerTo) {
        String version = http.header(ModernHeaders.VERSION);
        if (version != null
                && Revision.of(version).filter(it -> it.era() == Era.LEGACY).isEmpty()) {
            refuse(
                    http,
                    400,
                    answerTo,
                    "MCP-Protocol-Version is not a revision this server speaks");
            return null;
        }
        List<String> ids = http.headers(SESSION);
        if (ids.size() != 1) {
            refuse(
                    http,
                    400,
                    answerTo,
                    "the header Mcp-Session-Id must be there once; initialize first");
            return null;
        }
        LegacySession session =
                endpoint.sessions()
                        .findOrRevive(
                                ids.getFirst(),
                                principal,
                                SessionShares.network(http.evidence().remoteAddress()));
        if (session == null) {
            refuse(http, 404, answerTo, GONE);
        }
        return session;
    }

    void get(HttpExchange http, Principal principal) {
        mayWait(http, null, "stream", () -> openOrResume(http, principal));
    }

    private void openOrResume(HttpExchange http, Principal principal) {
        if (!Accepts.of(http).stream()) {
            refuse(http, 406, null, "Accept must list text/event-stream");
            return;
        }
        LegacySession session = session(http, principal);
        if (session == null) {
            return;
        }
        Quota quota = quotas.of(principal, http.evidence().remoteAddress());
        SessionLimits limits = endpoint.setup().limits();
        if (!quota.openStream(limits.maxStreamsPerCaller())) {
            refuse(http, 429, null, Audience.tooManyStreams(limits));
            return;
        }
        boolean[] isOpen = new boolean[1];
        Supplier<EventStream> connection =
                () -> {
                    EventStream opened =
                            CountedStream.open(http, quota, endpoint.audience().httpStreams());
                    isOpen[0] = true; // from here on it gives its place back when it ends
                    return opened;
                };
        try {
            openOrResume(http, session, connection);
        } finally {
            if (!isOpen[0]) {
                quota.closeStream();
            }
        }
    }

    private void openOrResume(
            HttpExchange http, LegacySession session, Supplier<EventStream> connection) {
        String last = http.header("last-event-id");
        if (last != null && !last.isEmpty()) {
            resume(http, session, last, connection);
            return;
        }
        endpoint.audience().admitStream();
        session.ready();
        session.listen();
        ResumableStream stream = session.standaloneStream();
        stream.open(connection, session.record().revision().isAtLeast(Revision.R2025_11_25));
        endIfGone(session, stream);
    }

    /** A session that ended while its stream was opened has nothing to say on it. */
    private static void endIfGone(LegacySession session, ResumableStream stream) {
        if (!session.stays()) {
            stream.finish();
        }
    }

    private void resume(
            HttpExchange http,
            LegacySession session,
            String last,
            Supplier<EventStream> connection) {
        EventId id = EventId.parse(last);
        if (id == null) {
            refuse(http, 400, null, "Last-Event-ID was never issued by this server");
            return;
        }
        boolean isStandalone = id.stream().equals(LegacySession.STANDALONE);
        if (isStandalone) {
            session.listen(); // first: what is said meanwhile is logged, and is not missed
        }
        ResumableStream stream =
                isStandalone ? session.standaloneStream() : session.stream(id.stream());
        boolean resumed;
        if (stream != null) {
            resumed = stream.resume(id, connection);
            if (resumed && isStandalone) {
                endIfGone(session, stream);
            }
        } else {
            var missed = session.log().after(id);
            missed.ifPresent(entries -> replay(connection.get(), entries));
            resumed = missed.isPresent();
        }
        if (!resumed) {
            endpoint.setup().observer().on(new SessionEvent.ReplayRefused("http"));
            refuse(http, 400, null, "the events after this Last-Event-ID are not kept any more");
        }
    }

    private static void replay(EventStream to, List<EventLog.Entry> entries) {
        for (EventLog.Entry entry : entries) {
            to.send(entry.id().toString(), entry.data(), 0, entry.data().length);
        }
        to.close();
    }

    void delete(HttpExchange http, Principal principal) {
        mayWait(http, null, "end session", () -> end(http, principal));
    }

    private void end(HttpExchange http, Principal principal) {
        LegacySession session = session(http, principal);
        if (session != null) {
            endpoint.close(session, "the client ended it");
            http.respond(204);
        }
    }

    private void refuse(HttpExchange http, int status, @Nullable RequestId id, String why) {
        refuse(http, status, id, Messages.invalid(why));
    }

    /** What cannot be said for the moment is 503, never 404: the session may well be there. */
    private void refuse(HttpExchange http, @Nullable RequestId id, RuntimeException problem) {
        boolean isOverloaded =
                problem instanceof McpException known && known.code() == ErrorCode.OVERLOADED;
        if (isOverloaded) {
            refuse(http, 503, id, problem);
        } else {
            int status = HttpStatus.early(Messages.error(problem, Era.LEGACY));
            refuse(http, status, id, problem);
        }
    }

    private void refuse(
            HttpExchange http, int status, @Nullable RequestId id, RuntimeException problem) {
        RpcError error = Messages.error(problem, Era.LEGACY);
        endpoint.setup().observer().on(new SessionEvent.MessageRefused("http", error.code()));
        JsonWriter out = Messages.error(id, error);
        http.respond(status, HttpStatus.headers(error), out.buffer(), 0, out.size());
    }
}
