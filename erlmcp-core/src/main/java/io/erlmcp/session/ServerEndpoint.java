package io.erlmcp.session;

import io.erlmcp.dispatch.Dispatcher;
import io.erlmcp.dispatch.Intake;
import io.erlmcp.dispatch.StateVault;
import io.erlmcp.dispatch.TaskMethods;
import io.erlmcp.feature.HeaderParams;
import io.erlmcp.json.JsonBinder;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.security.Authenticator;
import io.erlmcp.security.Principal;
import io.erlmcp.task.TaskView;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.PeerEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Where every transport hands over: duplex connections to a {@link DuplexPeer} each, HTTP exchanges
 * to {@link StreamableHttp}.
 *
 * <p>Process model: one for each server, closed with it; has no thread of its own. The sweep of
 * idle sessions runs on the server's timer.
 */
public final class ServerEndpoint implements Endpoint {
    /**
     * What the endpoint needs from the server around it.
     *
     * @param events the event logs that belong to {@code store}
     * @param intake refuses what is one too many while the server holds back
     * @param headerParams for a tool's name, which of its arguments are mirrored in headers
     */
    public record Setup(
            Dispatcher dispatcher,
            SessionStore store,
            EventLogs events,
            SessionLimits limits,
            int maxRunningPerCaller,
            Duration questionTimeout,
            StateVault vault,
            JsonBinder binder,
            Authenticator authenticator,
            Intake intake,
            Function<String, HeaderParams> headerParams,
            Time time,
            Timers timers,
            Observer observer) {}

    private static final Duration SWEEP = Duration.ofSeconds(5);
    private static final String EVICTED = "unused, and its place was needed";

    private final Setup setup;
    private final Sessions sessions;
    private final SessionTerms terms;
    private final Audience audience;
    private final CallerQuotas quotas;
    private final StreamableHttp http;
    private final LegacySse sse;
    private final Function<String, EventLog> logsOfSessions;
    private final Function<String, EventLog> logsOfConnections;
    private final StoreWork storeWork = new StoreWork();
    private final AtomicBoolean isSweeping = new AtomicBoolean();

    public ServerEndpoint(Setup setup) {
        this.setup = setup;
        this.sessions =
                new Sessions(
                        setup.store(),
                        setup.limits(),
                        setup.time(),
                        setup.observer(),
                        new KeeperOfSessions());
        this.terms =
                new SessionTerms(
                        setup.limits(),
                        setup.maxRunningPerCaller(),
                        setup.time(),
                        (session, change) -> sessions.change(session, change, audience()::follow));
        this.audience = new Audience(sessions, setup.limits(), setup.intake());
        this.quotas = new CallerQuotas(setup.maxRunningPerCaller());
        this.http = new StreamableHttp(this, quotas);
        this.sse = new LegacySse(this);
        this.logsOfSessions = setup.events()::create;
        Instant now = setup.time().now();
        EventLogs passing = MemoryEventLogs.beside(setup.events(), now, setup.limits().events());
        this.logsOfConnections = id -> passing.create("");
        setup.timers().every(SWEEP, this::expire);
    }

    @Override
    public boolean admits(PeerEvidence evidence) {
        return setup.authenticator()
                        .authenticate(
                                evidence.transport(), evidence.remoteAddress(), evidence.headers())
                != null;
    }

    @Override
    public ConnectionHandler connected(Connection connection) {
        return new DuplexPeer(this, connection);
    }

    @Override
    public void handle(HttpExchange exchange) {
        http.handle(exchange);
    }

    @Override
    public void handleSse(HttpExchange exchange) {
        sse.handle(exchange);
    }

    Setup setup() {
        return setup;
    }

    Sessions sessions() {
        return sessions;
    }

    Audience audience() {
        return audience;
    }

    /** Of callers, whichever transport they come by. */
    CallerQuotas quotas() {
        return quotas;
    }

    /**
     * A session as {@code request} wants it; not yet kept anywhere.
     *
     * @throws McpException while the server holds back and has as many as it may have
     */
    LegacySession newSession(
            ClientRequest.Initialize request, Principal principal, String transport) {
        setup.intake().admit(Intake.Kind.SESSION, sessions.size());
        Instant now = setup.time().now();
        SessionRecord record =
                new SessionRecord(
                        sessions.newId(),
                        1,
                        principal,
                        LegacyHandshake.negotiate(request.requestedVersion()),
                        request.capabilities(),
                        request.clientInfo(),
                        LogLevel.INFO,
                        Set.of(),
                        Map.of(),
                        false,
                        now,
                        now);
        return new LegacySession(
                record,
                transport,
                terms,
                transport.equals("http") ? logsOfSessions : logsOfConnections);
    }

    /** What a session of a connection says, for a client that comes back to this process. */
    EventLog newLog() {
        return logsOfConnections.apply("");
    }

    /** What only the whole endpoint can do for its sessions. */
    private final class KeeperOfSessions implements Sessions.Keeper {
        @Override
        public LegacySession revive(SessionRecord record) {
            return live(record);
        }

        @Override
        public void revived(LegacySession session) {
            AcceptedRequests.run(session, http.legacy());
        }

        @Override
        public void evict(LegacySession session) {
            session.hangUp(EVICTED);
            close(session, EVICTED);
        }

        @Override
        public void aside(Runnable work) {
            mayWait("make room", work);
        }
    }

    /**
     * Runs what earlier processes accepted and did not begin. To be called once, when all that is
     * served is in place; what a client comes back for before that is run then.
     */
    public void runAccepted() {
        if (setup.store().isDurable()) {
            storeWork.start(
                    "accepted requests",
                    () -> setup.events().withAccepted().forEach(this::runAccepted));
        }
    }

    /** Where it fails, the requests wait until their client comes back. */
    private void runAccepted(String sessionId) {
        try {
            sessions.reviveForItsWork(sessionId);
        } catch (RuntimeException problem) {
            setup.observer().on(new SessionEvent.AcceptedRequestsLeft(problem.toString()));
        }
    }

    /** A session of an earlier process, with its events and subscriptions. */
    private LegacySession live(SessionRecord record) {
        EventLog log = setup.events().reopen(record.id());
        LegacySession session = new LegacySession(record, "http", terms, id -> log);
        session.revived(setup.time().now().toEpochMilli());
        record.subscriptions().forEach(uri -> audience.subscribe(session, uri));
        return session;
    }

    /**
     * Runs what may wait for the store; here where it does not wait, else on a thread of its own.
     */
    void mayWait(String name, Runnable work) {
        if (setup.store().isDurable()) {
            storeWork.start(name, work);
        } else {
            work.run();
        }
    }

    /** Runs what may wait for a store on a thread of its own. */
    void aside(String name, Runnable work) {
        storeWork.start(name, work);
    }

    /** Tells the listen streams that want to hear of that task. */
    public void tellOfTask(TaskView view) {
        audience.tellOfTask(
                view.task().id(),
                () -> new ServerNotification.TaskChanged(TaskMethods.detailed(view)));
    }

    /** Ends the sessions that were idle for too long; runs on the server's timer. */
    void expire() {
        if (!isSweeping.compareAndSet(false, true)) {
            return;
        }
        try {
            mayWait("expire sessions", this::sweep);
        } catch (McpException tooManyWait) {
            // The next tick tries again.
            isSweeping.set(false);
        } catch (RuntimeException | Error noThread) {
            isSweeping.set(false);
            throw noThread;
        }
    }

    private void sweep() {
        try {
            sse.expire(setup.time().nanos());
            endIdle();
            try {
                sessions.forgetEnded();
            } finally {
                sessions.expireStored(); // also where one that has ended cannot be forgotten
            }
        } catch (McpException storeBusy) {
            // What is to be forgotten is remembered; the next sweep tries again.
            return;
        } finally {
            isSweeping.set(false);
        }
    }

    /** One by one, whatever becomes of the others; the store forgets them together. */
    private void endIdle() {
        RuntimeException problem = null;
        for (LegacySession session : sessions.idle()) {
            try {
                endIdle(session);
            } catch (RuntimeException bug) {
                problem = bug;
            }
        }
        if (problem != null) {
            throw problem;
        }
    }

    private void endIdle(LegacySession session) {
        if (sessions.mayEnd(session)) {
            session.closed();
            audience.leave(session);
            sessions.end(session, "idle");
        }
    }

    /** Ends a session of a connection or of HTTP. */
    void close(LegacySession session, String reason) {
        session.closed();
        audience.leave(session);
        sessions.close(session, reason);
    }

    /** Tells all sessions and listen streams that want to know. */
    public void tell(ServerNotification notification) {
        audience.tell(notification);
    }

    /** The sessions over HTTP, for operators. */
    public SessionDesk desk() {
        return new SessionDesk(this);
    }

    /** What the sessions over HTTP are now; their ids are secrets. */
    public List<SessionRecord> records() {
        return sessions.ofHttp().stream().map(LegacySession::record).toList();
    }

    /**
     * Takes on sessions that an earlier process left, with their subscriptions; to be called before
     * the first request.
     *
     * @return how many there was room for
     */
    public int restore(List<SessionRecord> records) {
        int restored = 0;
        for (SessionRecord record : records) {
            restored += sessions.restore(record) ? 1 : 0;
        }
        return restored;
    }

    /** Sessions of the legacy era that are open. */
    public int openSessions() {
        return sessions.size();
    }

    /** Listen streams of the modern era that are open. */
    public int listenStreams() {
        return audience.listenStreams();
    }

    /** All streams that clients hold open to be told of things, of both eras. */
    public int openStreams() {
        return audience.openStreams();
    }

    /** Ends every listen stream with its graceful result. */
    public void endStreams() {
        audience.endStreams();
    }

    /** Ends all sessions; a durable store keeps those of HTTP. */
    public void close() {
        endStreams();
        sse.close();
        forgetEnded();
        storeWork.close();
        List.copyOf(sessions.ofHttp()).forEach(this::stop);
        List.copyOf(sessions.ofConnections()).forEach(session -> close(session, "server stopped"));
    }

    /** A last attempt: the next process does not know that they have ended. */
    private void forgetEnded() {
        EndedSessions ended = sessions.ended();
        if (ended.size() > 0) {
            try {
                storeWork.start(
                        "forget ended sessions", () -> ended.forgetOrTell(setup.observer()));
            } catch (McpException tooManyWait) {
                ended.tell(setup.observer(), tooManyWait);
            }
        }
    }

    private void stop(LegacySession session) {
        if (setup.store().isDurable()) {
            session.closed();
            audience.leave(session);
            sessions.leave(session, "server stopped");
        } else {
            close(session, "server stopped");
        }
    }
}
