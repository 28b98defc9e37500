package io.erlmcp.client;

import io.erlmcp.feature.HeaderParams;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Timers;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import io.erlmcp.wire.Retry;
import io.erlmcp.wire.Wire;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(50);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(2);

    private final ClientConfig config;
    private final ClientTransport transport;
    private final Requests requests;
    private final Answers answers;
    private final LiveQuestions questions;
    private final Notifier notifier;
    private final Timers timers = new Timers("client-timers");
    private final Inbox inbox;
    private final Connector connector;
    private final ToolBook tools;
    private final List<Consumer<ServerNotification>> hearers = new CopyOnWriteArrayList<>();
    private final List<Runnable> onRenewed = new CopyOnWriteArrayList<>();

    /** Open until the client closes. */
    private final CountDownLatch closing = new CountDownLatch(1);

    private volatile @Nullable LogLevel logLevel;
    private volatile Runnable refreshTools = () -> {};

    Conversation(ClientTransport transport, ClientConfig config) {
        ClientLimits limits = config.limits();
        this.transport = transport;
        this.config = config;
        this.requests = new Requests(transport, limits.maxQueued());
        this.answers =
                new Answers(config.handlers(), limits.questionTimeout(), limits.maxQuestions());
        this.questions =
                new LiveQuestions(
                        answers,
                        transport,
                        requests,
                        config.observer(),
                        timers,
                        limits.maxQuestions());
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
        this.connector = new Connector(transport, inbox, negotiation, config, this::renewed);
        this.tools = new ToolBook(limits.maxKnownTools(), !transport.isDuplex(), config.observer());
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

    /** After a fresh session, what users had set up in the old one is set up again. */
    private void renewed() {
        onRenewed.forEach(action -> Notifier.guarded(config.observer(), "renewed session", action));
    }

    void close() {
        if (!connector.close()) {
            return;
        }
        closing.countDown();
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
        ClientLimits limits = config.limits();
        Duration timeout = options.timeout() == null ? limits.timeout() : options.timeout();
        Duration most = options.maxTimeout() == null ? limits.maxTimeout() : options.maxTimeout();
        Deadline deadline =
                new Deadline(config.time(), timeout, most.compareTo(timeout) < 0 ? timeout : most);
        Retry retry = null;
        for (int round = 1; true; round++) {
            ServerResult result = mending(request, options, deadline, retry);
            if (!(result instanceof InputRequired required)) {
                return result;
            }
            if (!mayAsk(request)) {
                throw McpException.invalidParams("the server asked for input where it must not");
            }
            if (round > limits.maxRounds()) {
                throw new McpException(
                        ErrorCode.INVALID_REQUEST,
                        "the server asked for input more than "
                                + limits.maxRounds()
                                + " times in one request");
            }
            retry = answer(required, deadline, round);
        }
    }

    private static boolean mayAsk(ClientRequest request) {
        return request instanceof ClientRequest.CallTool
                || request instanceof ClientRequest.GetPrompt
                || request instanceof ClientRequest.ReadResource;
    }

    private Retry answer(InputRequired required, Deadline deadline, int round) {
        deadline.pause();
        try {
            if (required.inputRequests().isEmpty()) {
                if (closing.await(backoff(round).toNanos(), TimeUnit.NANOSECONDS)) {
                    throw new TransportException(
                            TransportException.Kind.CLOSED, "the client was closed");
                }
                return new Retry(Map.of(), required.requestState());
            }
            Map<String, InputResponse> responses = answers.answerAll(required.inputRequests());
            return new Retry(responses, required.requestState());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled =
                    new CancellationException("cancelled while a question was open");
            cancelled.initCause(e);
            throw cancelled;
        } finally {
            deadline.resume();
        }
    }

    private static Duration backoff(int round) {
        Duration wait = FIRST_BACKOFF.multipliedBy(1L << Math.min(round - 1, 10));
        return wait.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : wait;
    }

    private ServerResult mending(
            ClientRequest request, CallOptions options, Deadline deadline, @Nullable Retry retry) {
        Set<Remedy> tried = EnumSet.of(Remedy.NONE);
        while (true) {
            Handshake server = server();
            int seen = connector.generation();
            try {
                return once(server, request, options, deadline, retry);
            } catch (TransportException e) {
                McpException refusal =
                        Negotiation.refusal(e)
                                .filter(it -> e.kind() == TransportException.Kind.REFUSED)
                                .orElse(null);
                Remedy remedy =
                        refusal == null
                                ? Remedy.of(e, request, tools)
                                : Remedy.of(refusal, request);
                if (!tried.add(remedy)) {
                    throw refusal == null ? e : refusal;
                }
                apply(remedy, server, seen, request);
            } catch (McpException e) {
                Remedy remedy = Remedy.of(e, request);
                if (!tried.add(remedy)) {
                    throw e;
                }
                apply(remedy, server, seen, request);
            }
            deadline.alive();
        }
    }

    private void apply(Remedy remedy, Handshake server, int seen, ClientRequest request) {
        switch (remedy) {
            case NONE -> throw new AssertionError("nothing to apply");
            case RENEW_SESSION ->
                    connector.renew(seen, true, "the server does not know the session");
            case RENEGOTIATE -> connector.renew(seen, false, "the server refused the version");
            case REFRESH_TOOLS -> refreshTools.run();
            case REISSUE -> {}
        }
        config.observer()
                .on(new ClientEvent.Reissued(server.wire().method(request), remedy.toString()));
    }

    /**
     * What reads the tools' definitions again when the server wants other headers than were sent.
     */
    void onStaleTools(Runnable refresh) {
        refreshTools = refresh;
    }

    private ServerResult once(
            Handshake server,
            ClientRequest request,
            CallOptions options,
            Deadline deadline,
            @Nullable Retry retry) {
        RequestId id = requests.nextId();
        Outbound outbound = outbound(server, id, request, options, retry);
        JsonObject result = requests.exchange(id, outbound, deadline, note -> heard(note, options));
        return server.wire().readResult(request, result);
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
                        : MirroredHeaders.of(server.wire(), request, params));
    }

    /**
     * Sends {@code subscriptions/listen} and stays with it until the server ends it or the thread
     * is interrupted.
     *
     * @param onNote hears everything that comes on the stream, on the calling thread
     */
    void listen(ClientRequest.Listen request, Consumer<ServerNotification> onNote) {
        Handshake server = server();
        RequestId id = requests.nextId();
        Duration forever = Duration.ofDays(365 * 100);
        Outbound outbound = outbound(server, id, request, CallOptions.NONE, null);
        requests.exchange(id, outbound, new Deadline(config.time(), forever, forever), onNote);
    }

    /** On the thread that waits for the call. */
    private void heard(ServerNotification notification, CallOptions options) {
        switch (notification) {
            case ServerNotification.Progress progress ->
                    guarded(
                            "progress",
                            orElse(options.onProgress(), config.listeners().onProgress()),
                            progress);
            case ServerNotification.Log log ->
                    guarded("log", orElse(options.onLog(), config.listeners().onLog()), log);
            case ServerNotification.ToolListChanged n -> notified(n);
            case ServerNotification.PromptListChanged n -> notified(n);
            case ServerNotification.ResourceListChanged n -> notified(n);
            case ServerNotification.ResourceUpdated n -> notified(n);
            case ServerNotification.ElicitationComplete n -> notified(n);
            case ServerNotification.SubscriptionsAcknowledged n -> notified(n);
        }
    }

    private static <T> Consumer<T> orElse(@Nullable Consumer<T> own, Consumer<T> general) {
        return own == null ? general : own;
    }

    private <T> void guarded(String what, Consumer<T> listener, T notification) {
        Notifier.guarded(config.observer(), what, () -> listener.accept(notification));
    }

    @Override
    public void notified(ServerNotification notification) {
        for (Consumer<ServerNotification> hearer : hearers) {
            hearer.accept(notification);
        }
    }

    @Override
    public void pathLost(TransportException failure) {
        connector.pathLost();
    }
}
