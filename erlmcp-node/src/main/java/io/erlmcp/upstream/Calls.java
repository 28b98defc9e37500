package io.erlmcp.upstream;

import io.erlmcp.client.CallOptions;
import io.erlmcp.client.McpClient;
import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Priority;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.resilience.Bulkhead;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The way of calls to one upstream server: a place in the bulkheads, leave of the breakers, the
 * call itself with its questions and notifications relayed, and once again where that is safe.
 *
 * <p>Process model: no thread of its own; see {@link Relay}.
 */
final class Calls {
    /** Of a client's metadata only this reaches a server: nothing that could be a credential. */
    private static final List<String> TRACE = List.of("traceparent", "tracestate", "baggage");

    /** A call that may be sent again waits no longer for its server to be there again. */
    private static final Duration RESTART = Duration.ofSeconds(10);

    /**
     * What is called.
     *
     * @param label such as {@code tools/call search}
     * @param tool the guarded tool, or null for what is guarded with the server only
     * @param repeatable whether it does no harm twice
     * @param priority decides whether it may still wait where many do
     */
    record What(String label, @Nullable String tool, boolean repeatable, Priority priority) {}

    /** The call itself. */
    @FunctionalInterface
    interface Work<T> {
        T run(McpClient client, CallOptions options) throws Exception;
    }

    private final Upstream upstream;
    private final Time time;
    private final Observer observer;
    private final UpstreamSettings settings;
    private final Guard whole;
    private final Map<String, Guard> tools = new ConcurrentHashMap<>();
    private final ParkedCalls parked;
    private final Set<Relay<?>> running = ConcurrentHashMap.newKeySet();

    Calls(Upstream upstream, Time time, Observer observer) {
        this.upstream = upstream;
        this.time = time;
        this.observer = observer;
        this.settings = upstream.settings();
        this.whole = guard(upstream.component(), settings.bounds().running());
        this.parked = new ParkedCalls(time);
    }

    private Guard guard(ComponentId component, int running) {
        return new Guard(
                component,
                new Bulkhead(
                        running, settings.bounds().waiting(), settings.patience().place(), time),
                settings.breaker(),
                time,
                observer);
    }

    /** The guard of a tool; made when it is first listed, so that there are no more than tools. */
    void know(String tool, ComponentId component) {
        tools.computeIfAbsent(tool, it -> guard(component, settings.bounds().runningPerTool()));
    }

    void renewed() {
        whole.renewed();
        tools.values().forEach(Guard::renewed);
    }

    /** A call in whose course the caller may be asked. */
    <T> T carry(What what, CallContext context, Work<T> work) throws Exception {
        String name = upstream.component() + " " + what.label();
        Duration limit = limit(context);
        return parked.carry(
                context,
                name,
                relay -> {
                    running.add(relay);
                    try {
                        return guarded(what, relay, limit, work);
                    } finally {
                        running.remove(relay);
                    }
                });
    }

    private Duration limit(CallContext context) {
        Duration most = settings.patience().call();
        return context.timeLeft().filter(left -> left.compareTo(most) < 0).orElse(most);
    }

    private <T> T guarded(What what, Relay<T> relay, Duration limit, Work<T> work)
            throws Exception {
        long end = time.nanos() + limit.toNanos();
        Link link = link();
        link.called();
        Guard tool = what.tool() == null ? null : tools.get(what.tool());
        Guard.Place inner = tool == null ? null : tool.enter(limit, what.priority());
        try (inner;
                Guard.Place outer = whole.enter(left(end), what.priority())) {
            try {
                T result = twiceAtMost(what, relay, end, link, work);
                tell(inner, outer, true);
                return result;
            } catch (RuntimeException e) {
                if (CallFailures.isTimeout(e)) {
                    link.suspect();
                }
                if (CallFailures.count(e, settings.remote())) {
                    tell(inner, outer, false);
                } else if (e instanceof McpException) {
                    tell(inner, outer, true);
                }
                throw CallFailures.refusal(e, upstream);
            }
        }
    }

    private Link link() {
        Refusal halt = upstream.halt().orElse(null);
        if (halt != null) {
            throw CallFailures.halted(halt);
        }
        Link link = upstream.state().link();
        if (link == null) {
            throw CallFailures.notThere(upstream);
        }
        return link;
    }

    private static void tell(Guard.@Nullable Place tool, Guard.Place server, boolean worked) {
        for (Guard.Place place : tool == null ? List.of(server) : List.of(tool, server)) {
            if (worked) {
                place.succeeded();
            } else {
                place.failed();
            }
        }
    }

    private <T> T twiceAtMost(What what, Relay<T> relay, long end, Link link, Work<T> work)
            throws Exception {
        try {
            return work.run(link.client(), options(link, relay, left(end)));
        } catch (RuntimeException e) {
            boolean lost = CallFailures.isLoss(e) && (link.isLost() || !settings.remote());
            if (!lost || !what.repeatable() || relay.hasAsked()) {
                throw e;
            }
            Duration left = left(end);
            Link other = upstream.awaitOther(link, left.compareTo(RESTART) < 0 ? left : RESTART);
            if (other == null) {
                throw e;
            }
            observer.on(new UpstreamEvent.Retried(upstream.component(), what.label()));
            other.called();
            return work.run(other.client(), options(other, relay, left(end)));
        }
    }

    private Duration left(long end) {
        return Duration.ofNanos(Math.max(1_000_000, end - time.nanos()));
    }

    private CallOptions options(Link link, Relay<?> relay, Duration left) {
        CallOptions options =
                CallOptions.NONE
                        .withTimeout(left)
                        .withMaxTimeout(left)
                        .withProgress(
                                it ->
                                        relay.context()
                                                .progress(it.progress(), it.total(), it.message()))
                        .withMeta(trace(relay.context().meta().raw()));
        LogLevel level = level(relay.context());
        if (level != null || !link.isModern()) {
            LogLevel from = level == null ? LogLevel.DEBUG : level;
            options = options.withLog(from, it -> log(relay, it));
        }
        return settings.questions() ? options.withQuestions(relay::ask) : options;
    }

    /** What the caller wants to hear; a legacy session filters by itself. */
    private static @Nullable LogLevel level(CallContext context) {
        return context.peer().revision().era() == Era.MODERN
                ? context.meta().logLevel()
                : LogLevel.DEBUG;
    }

    private static JsonObject trace(JsonObject meta) {
        JsonObject.Builder out = JsonObject.builder();
        for (String name : TRACE) {
            meta.string(name).filter(it -> it.length() <= 1_000).ifPresent(it -> out.put(name, it));
        }
        return out.build();
    }

    private static void log(Relay<?> relay, ServerNotification.Log log) {
        relay.context().log(log.level(), log.logger(), log.data());
    }

    /** Tells the caller of the only call; false when there is none, or nobody knows whose it is. */
    boolean log(ServerNotification.Log log) {
        Iterator<Relay<?>> calls = running.iterator();
        if (!calls.hasNext()) {
            return false;
        }
        Relay<?> only = calls.next();
        if (calls.hasNext()) {
            return false;
        }
        log(only, log);
        return true;
    }

    /** A call without questions, for reads that are quick and repeatable. */
    <T> T ask(CallContext context, Work<T> work) throws Exception {
        Link link = link();
        try (Guard.Place place = whole.enter(limit(context), Priority.NORMAL)) {
            link.called();
            T result = work.run(link.client(), CallOptions.NONE.withTimeout(limit(context)));
            place.succeeded();
            return result;
        } catch (McpException e) {
            throw e;
        } catch (RuntimeException e) {
            if (CallFailures.isTimeout(e)) {
                link.suspect();
            }
            throw CallFailures.refusal(e, upstream);
        }
    }

    boolean areNone() {
        return running.isEmpty() && whole.running() == 0;
    }

    void describe(JsonObject.Builder out) {
        out.put("running", whole.running())
                .put("waiting", whole.waiting())
                .put("parked", parked.size())
                .put("breaker", whole.breakerWord())
                .putIfPresent("retryAfterMs", whole.refusesForMillis());
        JsonObject.Builder open = JsonObject.builder();
        tools.forEach(
                (name, guard) -> {
                    if (!guard.breakerWord().equals("closed")) {
                        open.put(name, guard.breakerWord());
                    }
                });
        out.put("openTools", open.build());
    }

    String breakerWord() {
        return whole.breakerWord();
    }

    /** How long the breaker of the server lets nothing through. */
    Duration refused() {
        return whole.refused();
    }
}
