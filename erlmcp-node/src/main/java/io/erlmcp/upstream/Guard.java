package io.erlmcp.upstream;

import io.erlmcp.feature.Priority;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.resilience.BreakerConfig;
import io.erlmcp.resilience.BreakerState;
import io.erlmcp.resilience.Bulkhead;
import io.erlmcp.resilience.CircuitBreaker;
import io.erlmcp.resilience.ResilienceEvent;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The bulkhead and the circuit breaker of a server, or of one of its tools. */
final class Guard {
    private static final long USUAL_MILLIS = 1_000;
    private static final long LEAST_MILLIS = 100;
    private static final long MOST_MILLIS = 30_000;

    private final ComponentId component;
    private final Bulkhead bulkhead;
    private final BreakerConfig config;
    private final Time time;
    private final Observer observer;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final AtomicInteger runs = new AtomicInteger();
    private volatile CircuitBreaker breaker;

    Guard(
            ComponentId component,
            Bulkhead bulkhead,
            BreakerConfig config,
            Time time,
            Observer observer) {
        this.component = component;
        this.bulkhead = bulkhead;
        this.config = config;
        this.time = time;
        this.observer = observer;
        this.breaker = another();
    }

    /** Of the one before nothing is told any more, though calls that it let through still end. */
    private CircuitBreaker another() {
        int run = runs.incrementAndGet();
        return new CircuitBreaker(component, config, time, event -> tell(run, event));
    }

    private void tell(int run, Event event) {
        if (run == runs.get()) {
            observer.on(event);
        }
    }

    /** A place in the bulkhead, and leave of the breaker. */
    final class Place implements AutoCloseable {
        private final CircuitBreaker.Permit permit;
        private final long sinceNanos;

        private Place(CircuitBreaker.Permit permit, long sinceNanos) {
            this.permit = permit;
            this.sinceNanos = sinceNanos;
        }

        void succeeded() {
            permit.succeeded();
        }

        void failed() {
            permit.failed();
        }

        /** What was not told by now says nothing about what is called. */
        @Override
        public void close() {
            permit.givenUp();
            bulkhead.leave(time.nanos() - sinceNanos);
        }
    }

    /**
     * Takes a place, or waits for one where it will come soon; low priority while the list is less
     * than 80 % full, normal priority up to 95 %.
     *
     * @throws McpException -31001 when there is none in time; -31005 when the breaker is open
     */
    Place enter(Duration patience, Priority priority) throws InterruptedException {
        refuseIfOpen();
        warn();
        if (!bulkhead.enter(patience, mostWaiting(priority))) {
            throw overloaded();
        }
        long since = time.nanos();
        CircuitBreaker.Permit permit = breaker.tryAcquire();
        if (permit == null) {
            bulkhead.leave();
            throw open();
        }
        return new Place(permit, since);
    }

    private McpException overloaded() {
        long millis = bulkhead.expectedWait().toMillis();
        return new McpException(
                ErrorCode.OVERLOADED,
                "Overloaded: "
                        + bulkhead.running()
                        + " calls of "
                        + component
                        + " run and "
                        + bulkhead.waiting()
                        + " wait",
                JsonObject.of(
                        "component",
                        component.path(),
                        "retryAfterMs",
                        millis == 0
                                ? USUAL_MILLIS
                                : Math.clamp(millis, LEAST_MILLIS, MOST_MILLIS)));
    }

    private int mostWaiting(Priority priority) {
        return switch (priority) {
            case LOW -> share(80);
            case NORMAL -> share(95);
            case HIGH -> bulkhead.maxWaiting();
        };
    }

    /** So many per cent of those who may wait, rounded up. */
    private int share(int percent) {
        return (int) (((long) bulkhead.maxWaiting() * percent + 99) / 100);
    }

    /** Once when the list fills up, and again after it was half as full. */
    private void warn() {
        int waiting = bulkhead.waiting();
        int from = share(75);
        if (waiting < from / 2 + 1) {
            if (warned.get()) {
                warned.set(false);
            }
        } else if (waiting >= from && warned.compareAndSet(false, true)) {
            observer.on(new UpstreamEvent.QueueFilling(component, waiting, bulkhead.maxWaiting()));
        }
    }

    /** Whoever would be refused in the end does not wait for a place first. */
    private void refuseIfOpen() {
        if (breaker.refusesFor().isPositive()) {
            throw open();
        }
    }

    private McpException open() {
        return new McpException(
                ErrorCode.UPSTREAM_UNAVAILABLE,
                component + " fails too often; calls are refused for a while",
                JsonObject.of(
                        "component",
                        component.path(),
                        "retryAfterMs",
                        Math.max(LEAST_MILLIS, breaker.refusesFor().toMillis())));
    }

    /** Another run: what was learned of the last one says nothing about it. */
    void renewed() {
        CircuitBreaker old = breaker;
        breaker = another();
        BreakerState left = old.state();
        if (!(left instanceof BreakerState.Closed)) {
            observer.on(
                    new ResilienceEvent.BreakerChanged(
                            component, left.word(), "closed", "started again"));
        }
    }

    int running() {
        return bulkhead.running();
    }

    int waiting() {
        return bulkhead.waiting();
    }

    String breakerWord() {
        return breaker.state().word();
    }

    /** How long the breaker refuses; zero where it does not. */
    Duration refused() {
        return breaker.refusesFor();
    }

    /** How long the breaker refuses, where it does. */
    @Nullable Long refusesForMillis() {
        Duration left = breaker.refusesFor();
        return left.isZero() ? null : left.toMillis();
    }
}
