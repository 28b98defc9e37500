package io.erlmcp.client;

import io.erlmcp.feature.HeaderParams;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Timers;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import io.erlmcp.wire.Retry;
import io.erlmcp.wire.Wire;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's talk with its server: connects, carries requests through their rounds of questions,
 * and mends what can be mended without doing anything twice.
 *
 * <p>Process model: made and closed by {@link McpClient}. It owns the transport, one thread for
 * listeners, one virtual thread per live question, and a timer thread that exists while questions
 * have been asked.
 */
final class Conversation implements Inbox.Sink {
    /** One request of a user, whatever it takes to have it answered. */
    private record Work(ClientRequest request, CallOptions options, Deadline deadline, Way way) {}

    private final ClientConfig config;
    private final ClientTransport transport;
    private final Requests requests;
    private final Rounds rounds;
    private final ListPages pages;
    private final ReadCache reads;
    private final LiveQuestions questions;
    private final Notifier notifier;
    private final Timers timers = new Timers("client-timers");
    private final Inbox inbox;
    private final Connector connector;
    private final ToolBook tools;
    private final List<Consumer<ServerNotification>> hearers = new CopyOnWriteArrayList<>();
    private final List<Runnable> onRenewed = new CopyOnWriteArrayList<>();
    private volatile Runnable onMissed = () -> {};
    private volatile @Nullable LogLevel logLevel;
    private volatile Runnable refreshTools = () -> {};

    Conversation(ClientTransport transport, ClientConfig config) {
        ClientLimits limits = config.limits();
        this.transport = transport;
        this.config = config;
        this.requests = new Requests(transport, limits.maxQueued(), LateTasks.of(this));
        Answers answers =
                new Answers(config.handlers(), limits.questionTimeout(), limits.maxQuestions());
        this.rounds = new Rounds(answers, limits.maxRounds());
        this.pages = new ListPages(config.observer(), limits.maxEntries());
        this.reads =
                new ReadCache(config.time(), limits.maxCachedResources(), limits.maxCachedChars());
        this.questions = new LiveQuestions(answers, transport, requests, config, timers);
        this.notifier = new Notifier(limits.maxQueued(), config.observer());
        this.inbox =
                new Inbox(
                        requests,
                        questions,
                        config.observer(),
                        Wire.of(Revision.LATEST_LEGACY),
                        this);
        Negotiation negotiation =
                new Negotiation(
                        transport, requests, inbox, config.identity(), limits, config.time());
        this.connector =
                new Connector(transport, inbox.present(), negotiation, config, this::renewed);
        this.tools =
                new ToolBook(
                        limits.maxKnownTools(),
                        !transport.isDuplex(),
                        config.checksResults(),
                        config.observer());
    }

    ClientConfig config() {
        return config;
    }

    Phase phase() {
        return connector.phase();
    }

    ToolBook tools() {
        return tools;
    }

    ReadCache reads() {
        return reads;
    }

    /** A batch on the wire for so many requests, or null where the revision has none. */
    @Nullable WireBatch wireBatch(int members) {
        return server().revision() == Revision.R2025_03_26 ? requests.batch(members) : null;
    }

    boolean hearsServer() {
        return transport.hearsServer();
    }

    /**
     * Runs {@code hearer} on readers for each notification that belongs to no call; it must not
     * block.
     */
    void onNotification(Consumer<ServerNotification> hearer) {
        hearers.add(hearer);
    }

    /** Runs {@code action} after a lost session was replaced, on the thread that replaced it. */
    void onRenewed(Runnable action) {
        onRenewed.add(action);
    }

    /** Runs {@code action} on a reader when notifications were missed; it must not block. */
    void onMissed(Runnable action) {
        onMissed = action;
    }

    /** What happens between two requests about one task, or two rounds of one call. */
    Rounds rounds() {
        return rounds;
    }

    /** The level that modern requests ask for unless they say another. */
    void logLevel(LogLevel from) {
        logLevel = from;
    }

    /** Sends a notification without params, where the era has one. */
    void notifyServer(String method) {
        if (!server().isModern()) {
            byte[] body = Outbound.notification(method, JsonObject.EMPTY);
            transport.send(new OutgoingMessage(null, method, body, List.of()));
        }
    }

    /** Runs user code in order, behind what was told before. */
    void tell(String what, Runnable work) {
        notifier.tell(what, work);
    }

    // ---- life ----

    void connect() {
        notifier.start();
        connector.connect();
    }

    /** The server as negotiated; connects again where the path was lost. */
    Handshake server() {
        return connector.server();
    }

    /** True when the server that was last reached speaks the legacy era; does not reach for it. */
    boolean isLegacy() {
        Handshake known = connector.known();
        return known != null && !known.isModern();
    }

    /** After a fresh session, what users had set up in the old one is set up again. */
    private void renewed() {
        onRenewed.forEach(action -> Notifier.guarded(config.observer(), "renewed session", action));
    }

    void close() {
        if (!connector.close()) {
            return;
        }
        rounds.close();
        requests.failAll(
                new TransportException(TransportException.Kind.CLOSED, "the client was closed"));
        transport.close();
        questions.close();
        notifier.close();
        timers.close();
    }

    // ---- requests ----

    /**
     * Carries out a request to its end: answers the server's questions and mends lost sessions on
     * the way.
     *
     * @throws McpException when the server refuses
     * @throws McpTimeoutException when it does not answer in time
     * @throws TransportException when it cannot be reached, or the outcome is unknown
     */
    ServerResult run(ClientRequest request, CallOptions options) {
        return run(request, options, this::send);
    }

    /** The usual way of a request: alone. */
    void send(OutgoingMessage request) {
        requests.send(request);
    }

    /**
     * @param way how the request leaves
     */
    ServerResult run(ClientRequest request, CallOptions options, Way way) {
        ClientLimits limits = config.limits();
        Duration timeout = options.timeout() == null ? limits.timeout() : options.timeout();
        Duration most = options.maxTimeout() == null ? limits.maxTimeout() : options.maxTimeout();
        Deadline deadline =
                new Deadline(config.time(), timeout, most.compareTo(timeout) < 0 ? timeout : most);
        Work work = new Work(request, options, deadline, way);
        Retry retry = null;
        for (int round = 1; true; round++) {
            ServerResult result = mending(work, retry);
            if (!(result instanceof InputRequired required)) {
                return result;
            }
            Rounds.Asked asked = new Rounds.Asked(request, deadline, options.onQuestions());
            retry = rounds.next(asked, required, round);
        }
    }

    private ServerResult mending(Work work, @Nullable Retry retry) {
        ClientRequest request = work.request();
        Set<Remedy> tried = EnumSet.of(Remedy.NONE);
        while (true) {
            Connector.Session session = connector.session();
            Handshake server = session.server();
            try {
                return once(server, work, retry);
            } catch (TransportException e) {
                McpException refusal =
                        Negotiation.refusal(e)
                                .filter(it -> e.kind() != TransportException.Kind.SESSION_LOST)
                                .orElse(null);
                Remedy remedy =
                        refusal == null
                                ? Remedy.of(e, request, tools)
                                : Remedy.of(refusal, request);
                if (!tried.add(remedy)) {
                    throw refusal == null ? Busy.givenUp(e) : refusal;
                }
                if (remedy == Remedy.WAIT) {
                    Busy.await(e, work.deadline(), rounds);
                    reissued(server, request, remedy);
                    continue;
                }
                apply(remedy, session, request);
            } catch (McpException e) {
                Remedy remedy = Remedy.of(e, request);
                if (!tried.add(remedy)) {
                    throw e;
                }
                apply(remedy, session, request);
            }
            work.deadline().alive();
        }
    }

    private void reissued(Handshake server, ClientRequest request, Remedy remedy) {
        String method = server.wire().method(request);
        config.observer().on(new ClientEvent.Reissued(method, remedy.toString()));
    }

    private void apply(Remedy remedy, Connector.Session session, ClientRequest request) {
        int seen = session.generation();
        switch (remedy) {
            case NONE, WAIT -> throw new AssertionError("nothing to apply");
            case RENEW_SESSION ->
                    connector.renew(seen, true, "the server does not know the session");
            case RENEGOTIATE -> connector.renew(seen, false, "the server refused the version");
            case REFRESH_TOOLS -> refreshTools.run();
            case REISSUE -> {}
        }
        reissued(session.server(), request, remedy);
    }

    /** What reads the tools' definitions again when the server wants other headers. */
    void onStaleTools(Runnable refresh) {
        refreshTools = refresh;
    }

    private ServerResult once(Handshake server, Work work, @Nullable Retry retry) {
        RequestId id = requests.nextId();
        CallOptions options = work.options();
        long sentAt = config.time().nanos();
        int changes = reads.changes();
        Outbound outbound = outbound(server, id, work.request(), options, retry);
        JsonObject result =
                requests.exchange(
                        id,
                        outbound,
                        work.deadline(),
                        work.way(),
                        options.onQuestions(),
                        note -> heard(note, options));
        ServerResult read = pages.read(server.wire(), work.request(), result);
        if (retry == null && server.isModern()) {
            // What depends on answers of the user is asked for each time.
            reads.keep(work.request(), read, sentAt, changes);
        }
        return read;
    }

    private Outbound outbound(
            Handshake server,
            RequestId id,
            ClientRequest request,
            CallOptions options,
            @Nullable Retry retry) {
        ProgressToken token = null;
        if (id instanceof RequestId.Number number
                && (request instanceof ClientRequest.CallTool || options.onProgress() != null)) {
            token = new ProgressToken(JsonNumber.of(number.value()));
        }
        LogLevel level = options.logLevel() == null ? logLevel : options.logLevel();
        HeaderParams params =
                request instanceof ClientRequest.CallTool call
                        ? tools.params(call.name())
                        : HeaderParams.NONE;
        return new Outbound(
                server.wire(),
                request,
                config.identity().meta(server.wire(), token, level, options.meta()),
                retry,
                transport.isDuplex()
                        ? List.of()
                        : MirroredHeaders.of(server.wire(), request, params),
                server.path());
    }

    /**
     * Sends {@code subscriptions/listen} and stays with it until the server ends it or the thread
     * is interrupted.
     *
     * @param options with the {@code _meta} of the request
     * @param onNote hears everything that comes on the stream, on the calling thread
     */
    void listen(
            ClientRequest.Listen request,
            CallOptions options,
            Consumer<ServerNotification> onNote) {
        Handshake server = server();
        RequestId id = requests.nextId();
        Duration forever = Duration.ofDays(365 * 100);
        Outbound outbound = outbound(server, id, request, options, null);
        requests.exchange(
                id,
                outbound,
                new Deadline(config.time(), forever, forever),
                requests::send,
                null,
                onNote);
    }

    /** On the thread that waits for the call. */
    private void heard(ServerNotification notification, CallOptions options) {
        if (!config.listeners().tell(notification, options, config.observer())) {
            notified(notification);
        }
    }

    @Override
    public void notified(ServerNotification notification) {
        for (Consumer<ServerNotification> hearer : hearers) {
            hearer.accept(notification);
        }
    }

    @Override
    public void missed() {
        onMissed.run();
    }

    void missed(String reason) {
        inbox.present().observed(new ClientTransportEvent.EventsMissed(transport.name(), reason));
    }

    @Override
    public void pathBegins() {
        connector.pathBegins();
    }

    @Override
    public void pathLost(TransportException failure) {
        connector.pathLost();
    }
}
