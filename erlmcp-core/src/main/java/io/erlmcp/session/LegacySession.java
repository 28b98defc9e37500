// tidy: file-length, synchronized, because one monitor guards a session, and idle ones are small
package io.erlmcp.session;

import io.erlmcp.dispatch.Caller;
import io.erlmcp.dispatch.Exchange;
import io.erlmcp.dispatch.Quota;
import io.erlmcp.feature.Peer;
import io.erlmcp.feature.SessionMetadata;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.security.Principal;
import io.erlmcp.wire.Wire;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One session of the legacy era, with what is live in it: calls in progress, open questions,
 * streams.
 *
 * <p>Process model: has no thread. Reader threads and event loops bring messages, calls' threads
 * answer; the record is replaced under its monitor, maps are made when first needed, so that an
 * idle session stays small.
 */
final class LegacySession implements Caller {
    /** The name of the stream of messages that belong to no request. */
    static final String STANDALONE = "g";

    private static final int RETIRED = -1;
    private static final AtomicIntegerFieldUpdater<LegacySession> BEGUN =
            AtomicIntegerFieldUpdater.newUpdater(LegacySession.class, "begun");
    private static final AtomicIntegerFieldUpdater<LegacySession> TASKS =
            AtomicIntegerFieldUpdater.newUpdater(LegacySession.class, "tasks");

    private final String transport;
    private final SessionTerms terms;
    private final Function<String, EventLog> logs;

    // Its monitor guards the replacement of record, with what must change in step with it, the
    // making of live, and the mark closed, behind which nobody is told anything. A lock of its own
    // would be a tenth of an idle session.
    private volatile SessionRecord record;
    private volatile long lastUsedNanos;
    private volatile @Nullable Live live;
    private volatile @Nullable Unsolicited unsolicited;
    private volatile boolean ready;
    private volatile long firstQuestion;
    private volatile boolean closed;
    private volatile @Nullable String openedFrom;

    /** Changes when something was begun in it; {@link #RETIRED} once nothing is to begin. */
    private volatile int begun;

    /** Tasks that its calls began and that have not ended. */
    private volatile int tasks;

    /** How messages that belong to no request reach the client. */
    interface Unsolicited {
        /** Sends a whole message, which others get as well; never blocks. */
        void send(SharedBytes message);

        default boolean isOpen() {
            return true;
        }

        /** Ends the connection, of a session that lives and dies with one; never blocks. */
        default void hangUp(String reason) {}
    }

    /** What only a session that is used has. */
    private record Live(
            CallsById calls,
            ConcurrentHashMap<String, ResumableStream> streams,
            PendingQuestions questions,
            Quota quota,
            AtomicReference<@Nullable EventLog> log) {}

    /**
     * @param logs makes the log of the session with that id; one for many sessions
     */
    LegacySession(
            SessionRecord record,
            String transport,
            SessionTerms terms,
            Function<String, EventLog> logs) {
        this.record = record;
        this.transport = transport;
        this.terms = terms;
        this.logs = logs;
    }

    SessionRecord record() {
        return record;
    }

    /** Hears of a change in step with it; must not wait. */
    @FunctionalInterface
    interface Follower {
        void changed(LegacySession session, SessionRecord before, SessionRecord after);
    }

    /**
     * Takes on a record that was stored, unless a newer one was faster; then false.
     *
     * @param follower told of the change, unless the session has ended
     */
    boolean adopt(SessionRecord stored, Follower follower) {
        synchronized (this) {
            SessionRecord before = record;
            if (stored.version() <= before.version()) {
                return false;
            }
            record = stored;
            if (!closed) {
                follower.changed(this, before, stored);
            }
            return true;
        }
    }

    /**
     * Replaces the record by what {@code change} makes of it, one change at a time; {@code change}
     * must not wait.
     */
    SessionRecord update(UnaryOperator<SessionRecord> change) {
        synchronized (this) {
            record = change.apply(record);
            return record;
        }
    }

    String id() {
        return record.id();
    }

    String transport() {
        return transport;
    }

    SessionLimits limits() {
        return terms.limits();
    }

    Wire wire() {
        return Wire.of(record.revision());
    }

    void touch(long nowNanos) {
        lastUsedNanos = nowNanos;
    }

    long lastUsedNanos() {
        return lastUsedNanos;
    }

    /** True when something is under way that must not be cut off by an expiry. */
    boolean isBusy() {
        Live now = live;
        Unsolicited out = unsolicited;
        boolean listening = out != null && out.isOpen();
        return listening
                || tasks > 0
                || (now != null && (!now.calls.isEmpty() || !now.questions.isEmpty()));
    }

    /** True while a task that one of its calls began has not ended. */
    boolean hasTasks() {
        return tasks > 0;
    }

    /** The network that its client opened it from; null for a session of an earlier process. */
    @Nullable String openedFrom() {
        return openedFrom;
    }

    void openedFrom(@Nullable String network) {
        openedFrom = network;
    }

    /** From now on nothing begins in it; false when something is in work, or was just begun. */
    boolean retire() {
        int before = begun;
        return before != RETIRED && !isBusy() && BEGUN.compareAndSet(this, before, RETIRED);
    }

    boolean isRetired() {
        return begun == RETIRED;
    }

    /**
     * Says that something was begun, after it can be seen by {@link #isBusy}.
     *
     * @return false when the session was retired first
     */
    boolean stays() {
        return BEGUN.updateAndGet(this, it -> it == RETIRED ? it : (it + 1) & Integer.MAX_VALUE)
                != RETIRED;
    }

    private Live live() {
        Live now = live;
        return now != null ? now : makeLive();
    }

    private Live makeLive() {
        synchronized (this) {
            Live now = live;
            if (now == null) {
                now =
                        new Live(
                                new CallsById(),
                                new ConcurrentHashMap<>(),
                                new PendingQuestions(limits().maxQuestions(), firstQuestion),
                                new Quota(terms.maxRunning()),
                                new AtomicReference<>());
                live = now;
            }
            return now;
        }
    }

    /** False when a call of that id is in progress. */
    boolean begin(Exchange exchange) {
        if (!exchange.method().equals("ping")) {
            ready = true;
        }
        return live().calls.begin(exchange);
    }

    /** Takes back {@link #begin}: nothing was done, and nobody was told. */
    void forget(Exchange exchange) {
        live().calls.forget(exchange);
    }

    /**
     * The client is past the handshake: it says so, asks for a stream, or sends what only comes
     * after it. Before that it is told nothing.
     */
    void ready() {
        ready = true;
    }

    /**
     * Makes this a session that an earlier process opened: its client is past the handshake, and
     * may come back for what is said before it does.
     *
     * @param nowMillis above every id of a question that was asked before, so that no late answer
     *     meets a new question
     */
    void revived(long nowMillis) {
        ready = true;
        firstQuestion = nowMillis;
        log();
        listen();
    }

    /** Marks the session as ended: nothing that outlives a request may be kept for it. */
    void closed() {
        synchronized (this) {
            closed = true;
            unsolicited = null;
        }
    }

    boolean isClosed() {
        return closed;
    }

    boolean hasCall(RequestId id) {
        Live now = live;
        return now != null && now.calls.find(id) != null;
    }

    void cancel(RequestId id) {
        Live now = live;
        Exchange exchange = now == null ? null : now.calls.find(id);
        if (exchange != null && !exchange.method().equals("initialize")) {
            exchange.cancel();
        }
    }

    boolean hasCalls() {
        Live now = live;
        return now != null && !now.calls.isEmpty();
    }

    /** Answers the calls in progress with {@code error}. */
    void stopAll(RpcError error) {
        Live now = live;
        if (now != null) {
            now.calls.stopAll(error);
        }
    }

    /** Drops the calls in progress: nobody is there to hear of them. */
    void cancelAll() {
        Live now = live;
        if (now != null) {
            now.calls.cancelAll();
        }
    }

    PendingQuestions questions() {
        return live().questions;
    }

    EventLog log() {
        AtomicReference<@Nullable EventLog> log = live().log;
        EventLog known = log.get();
        if (known != null) {
            return known;
        }
        EventLog made = logs.apply(id());
        EventLog winner = log.compareAndExchange(null, made);
        EventLog chosen = winner == null ? made : winner;
        if (closed) {
            chosen.close();
        }
        return chosen;
    }

    /** The log, if something was kept in it, or may have been. */
    @Nullable EventLog logIfAny() {
        Live now = live;
        return now == null ? null : now.log.get();
    }

    /** A stream that is nobody's yet; {@code kind} begins its name. */
    ResumableStream newStream(String kind) {
        ResumableStream stream = new ResumableStream(log().newStream(kind), this::log);
        live().streams.put(stream.name(), stream);
        return stream;
    }

    /** A stream that an earlier process began. */
    ResumableStream adoptStream(String name) {
        return live().streams.computeIfAbsent(name, it -> new ResumableStream(it, this::log));
    }

    /** The stream of messages that belong to no request; made on first use. */
    ResumableStream standaloneStream() {
        return adoptStream(STANDALONE);
    }

    @Nullable ResumableStream stream(String name) {
        Live now = live;
        return now == null ? null : now.streams.get(name);
    }

    /** Forgets a stream that has ended; its events stay in the log as long as they last. */
    void forget(ResumableStream stream) {
        live().streams.remove(stream.name(), stream);
    }

    /** Ends the streams, and forgets their events. */
    void closeStreams() {
        Live now = live;
        if (now == null) {
            return;
        }
        now.streams.values().forEach(ResumableStream::finish);
        EventLog log = now.log.get();
        if (log != null) {
            log.close();
        }
    }

    /** From now on, until it ends. */
    void unsolicited(Unsolicited path) {
        synchronized (this) {
            unsolicited = closed ? null : path;
        }
    }

    /**
     * From now on what belongs to no request goes to the standalone stream; while nobody reads
     * that, it is kept in the log.
     */
    void listen() {
        ResumableStream stream = standaloneStream();
        unsolicited(
                new Unsolicited() {
                    @Override
                    public void send(SharedBytes message) {
                        stream.share(message);
                    }

                    @Override
                    public boolean isOpen() {
                        return stream.isAttached();
                    }
                });
    }

    /** Ends the connection of a session that lives and dies with one. */
    void hangUp(String reason) {
        Unsolicited path = unsolicited;
        if (path != null) {
            path.hangUp(reason);
        }
    }

    /** Sends a notification that belongs to no request, if the client listens. */
    void notify(SharedBytes message) {
        Unsolicited path = unsolicited;
        if (path != null && ready) {
            path.send(message);
        }
    }

    @Override
    public Principal principal() {
        return record.principal();
    }

    @Override
    public Peer peer() {
        SessionRecord now = record;
        return new Peer(now.revision(), now.capabilities(), now.clientInfo());
    }

    @Override
    public LogLevel logLevel() {
        return record.logLevel();
    }

    /**
     * Everybody is the same principal where nobody is authenticated; then the tasks of a session
     * are listed for that session alone. Without the id, which is a secret.
     */
    @Override
    public String owner() {
        return principal().equals(Principal.ANONYMOUS)
                ? "session " + SessionDesk.digest(id())
                : Caller.super.owner();
    }

    @Override
    public Optional<SessionMetadata> metadata() {
        return Optional.of(new MetadataOfSession(this, terms));
    }

    @Override
    public void taskBegan() {
        TASKS.incrementAndGet(this);
    }

    @Override
    public void taskEnded() {
        TASKS.decrementAndGet(this);
    }

    @Override
    public void tell(JsonWriter message) {
        notify(SharedBytes.of(message.toByteArray()));
    }

    @Override
    public Quota quota() {
        return live().quota;
    }
}
