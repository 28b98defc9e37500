package io.erlmcp.upstream;

import io.erlmcp.feature.Priority;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.HealthCheck.Finding;
import io.erlmcp.observability.HealthStatus;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.Component;
import io.erlmcp.supervision.ComponentFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One upstream server, over all of its runs: what was seen of it, how it is now, and the guards
 * around its calls. What must outlive a run is here; a run is a {@link Keeper}.
 *
 * <p>Process model: no thread of its own. Made with the node; a supervisor starts its runs, one
 * after the other. Calls come from the node's call threads.
 */
public final class Upstream implements ComponentFactory {
    private static final int MAX_LOG_TEXT = 500;

    private final UpstreamSettings settings;
    private final ComponentId component;
    private final Surroundings around;
    private final ErrorLines errorLines;
    private final Offers offers;
    private final Calls calls;
    private final Precedence precedence;

    /** Guards changes of {@code state}; {@code changed} wakes those who wait for a link. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private volatile UpstreamState state;

    /**
     * The next link is to another server than the last one was to: an operator resumed it. One on a
     * network that was only lost is the one it was; a child is another each time.
     */
    private volatile boolean isAnother;

    private final long madeNanos;

    /**
     * What all upstream servers of a node share.
     *
     * @param sightings remembers definitions over the runs of the node
     * @param version what the node calls itself to them
     * @param priorities of calls, by the name of a tool here, or a method
     * @param halts why a component is not called, when it is halted
     * @param withoutSecrets hides what must not be shown of what servers write
     */
    public record Surroundings(
            Target target,
            Claims claims,
            Sightings sightings,
            Time time,
            Observer observer,
            String version,
            Function<String, Priority> priorities,
            Function<ComponentId, Optional<Refusal>> halts,
            UnaryOperator<String> withoutSecrets) {}

    public Upstream(UpstreamSettings settings, Surroundings around) {
        this.settings = settings;
        this.component = ComponentId.of("upstreams", settings.name());
        this.around = around;
        this.errorLines = new ErrorLines(settings.bounds().errorLines(), around.withoutSecrets());
        this.madeNanos = around.time().nanos();
        this.state = new UpstreamState(null, around.time().now(), "not started", 0);
        this.calls = new Calls(this, around.time(), around.observer());
        this.precedence =
                new Precedence(component, settings.turn(), around.time(), around.observer());
        this.offers = new Offers(this, calls, around);
    }

    @Override
    public Component start(Life life) {
        return Keeper.start(this, life, around.time());
    }

    public ComponentId component() {
        return component;
    }

    /** The last segment of its component id. */
    public String name() {
        return settings.name();
    }

    /** Others without which it does not work. */
    public List<ComponentId> needs() {
        return settings.needs().stream().map(it -> ComponentId.of("upstreams", it)).toList();
    }

    UpstreamSettings settings() {
        return settings;
    }

    String version() {
        return around.version();
    }

    ErrorLines errorLines() {
        return errorLines;
    }

    Strangers strangers() {
        return new Strangers(component, settings.questions(), around.observer());
    }

    Calls calls() {
        return calls;
    }

    /** Why it is not called while it is halted, whatever of it is asked for. */
    Optional<Refusal> halt() {
        return around.halts().apply(component);
    }

    Precedence precedence() {
        return precedence;
    }

    // ---- what a run tells ----

    /** Puts what the server lists into the node's lists; called by the run's thread. */
    boolean publish(Link link) {
        return offers.publish(link);
    }

    void up(Link link, long nanos) {
        if (isAnother || !settings.remote()) {
            calls.renewed();
        }
        isAnother = false;
        lock.lock();
        try {
            if (link.isLost()) {
                return;
            }
            state = new UpstreamState(link, around.time().now(), "", state.starts() + 1);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        around.observer()
                .on(
                        new UpstreamEvent.Up(
                                component,
                                link.revision().text(),
                                offers.tools(),
                                Duration.ofNanos(nanos)));
    }

    /** The link is of no use from now on: calls are refused at once. */
    void lost(Link link) {
        lock.lock();
        try {
            if (link.equals(state.link())) {
                gone("the connection was lost");
            }
        } finally {
            lock.unlock();
        }
    }

    void down(String reason) {
        String plain = PlainText.of(reason, MAX_LOG_TEXT);
        boolean news;
        lock.lock();
        try {
            news = !plain.equals(state.reason());
            if (news) {
                gone(plain);
            }
        } finally {
            lock.unlock();
        }
        if (news) {
            around.observer().on(new UpstreamEvent.Down(component, plain));
        }
    }

    /** What the server's definitions were, kept for the next run of the node. */
    Memory memory() {
        return offers.memory();
    }

    /** An operator let it go on: what was learned of it before says nothing any more. */
    public void resumed() {
        isAnother = true;
    }

    /** A run is over; why it was down before stays known. */
    void stopped() {
        memory().keepNow();
        if (state.isUp()) {
            down("stopped");
        }
    }

    /** Keeps since when it has been down. */
    private void gone(String reason) {
        UpstreamState before = state;
        state =
                new UpstreamState(
                        null,
                        before.isUp() ? around.time().now() : before.since(),
                        reason,
                        before.starts());
        changed.signalAll();
    }

    void hung(int missedPings) {
        around.observer().on(new UpstreamEvent.Hung(component, missedPings));
    }

    void tooBig(long bytes) {
        around.observer()
                .on(new UpstreamEvent.TooBig(component, bytes, settings.bounds().memoryBytes()));
    }

    /** Log messages that belong to no call: for the caller of the only one, else the operator. */
    void logged(ServerNotification.Log log) {
        if (!calls.log(log) && log.level().compareTo(LogLevel.INFO) >= 0) {
            String text = log.data() instanceof JsonString it ? it.value() : log.data().toJson();
            around.observer()
                    .on(
                            new UpstreamEvent.Said(
                                    component,
                                    log.level().text(),
                                    PlainText.of(text, MAX_LOG_TEXT)));
        }
    }

    // ---- what callers ask ----

    UpstreamState state() {
        return state;
    }

    /** Waits for another link than {@code old}; null when there is none in time. */
    @Nullable Link awaitOther(Link old, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (true) {
                Link link = state.link();
                if (link != null && !link.equals(old)) {
                    return link;
                }
                if (left <= 0) {
                    return null;
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    public boolean isUp() {
        return state.isUp();
    }

    /**
     * How well it is, by what is known: healthy while it is there, or is being started; degraded
     * while its breaker lets not everything through.
     */
    public Finding health() {
        UpstreamState now = state;
        if (!now.isUp()) {
            boolean isStarting =
                    now.starts() == 0
                            && around.time().nanos() - madeNanos
                                    < settings.patience().connect().toNanos();
            return isStarting
                    ? new Finding(HealthStatus.HEALTHY, "is being started")
                    : new Finding(HealthStatus.UNHEALTHY, now.reason());
        }
        String breaker = calls.breakerWord();
        return breaker.equals("closed")
                ? Finding.HEALTHY
                : new Finding(HealthStatus.DEGRADED, "its circuit breaker is " + breaker);
    }

    /** The tools that it offers here, by the names they have here. */
    public List<String> toolNames() {
        return offers.toolNames();
    }

    /** What is held until an operator accepts its definition. */
    List<HeldDefinition> held() {
        return offers.held();
    }

    /** Offers what is held, unless its definition is another by now. */
    boolean accept(HeldDefinition held) {
        boolean accepted = offers.accept(held);
        Link link = state.link();
        if (accepted && link != null) {
            link.listsChanged();
        }
        return accepted;
    }

    /**
     * How long the circuit breaker of the whole server lets nothing through; zero where it does.
     */
    public Duration refused() {
        return calls.refused();
    }

    /** The last lines of its standard error, without secrets. */
    public List<String> lastErrorLines() {
        return errorLines.all();
    }

    /** How it is, for operators. */
    public JsonObject describe() {
        UpstreamState now = state;
        Link link = now.link();
        JsonObject.Builder out =
                JsonObject.builder()
                        .put("component", component.path())
                        .put("state", link == null ? "down" : "up")
                        .put("since", now.since().toString())
                        .put("starts", now.starts());
        if (link == null) {
            out.put("reason", now.reason());
        } else {
            out.put("revision", link.revision().text())
                    .put("era", link.isModern() ? "modern" : "legacy")
                    .putIfPresent("pid", link.pid());
            if (link.pid() != null) {
                out.put("goesLast", precedence.goesLast());
            }
        }
        if (!settings.needs().isEmpty()) {
            out.put("needs", JsonArray.of(needs().stream().map(ComponentId::path).toArray()));
        }
        calls.describe(out);
        offers.describe(out);
        return out.put("stderr", JsonArray.of(errorLines.all().toArray())).build();
    }
}
