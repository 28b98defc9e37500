package io.erlmcp.dispatch;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The calls that run on threads of their own, and the sweeper that answers them at their deadlines.
 *
 * <p>Process model: entries are added and removed by the calls' threads; the sweep runs on the
 * timer thread of the server every {@link #SWEEP} and only answers and interrupts, it never waits.
 */
final class InFlight {
    static final Duration SWEEP = Duration.ofMillis(20);
    private static final long GRACE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Time time;
    private final Observer observer;
    private final ConcurrentHashMap<Exchange, Boolean> running = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Exchange, Long> overdueSinceNanos = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Exchange, Boolean> abandoned = new ConcurrentHashMap<>();

    /** Abandoned calls that were told of; touched by the sweep alone. */
    private final Set<Exchange> told = new HashSet<>();

    InFlight(Time time, Timers timers, Observer observer) {
        this.time = time;
        this.observer = observer;
        timers.every(SWEEP, this::sweep);
    }

    void add(Exchange exchange) {
        running.put(exchange, Boolean.TRUE);
    }

    void remove(Exchange exchange) {
        running.remove(exchange);
        overdueSinceNanos.remove(exchange);
        abandoned.remove(exchange);
    }

    /** Calls that run and were not abandoned. */
    int count() {
        return running.size() - abandoned.size();
    }

    /** Calls that were answered at their deadline, but whose threads go on. */
    int abandonedCount() {
        return abandoned.size();
    }

    /**
     * Leaves to the next process what waits and is recorded for it, answers all others with {@code
     * error}, and interrupts their threads. What waits goes first: it would begin with the permit
     * of the first that is interrupted.
     */
    void leaveOrFailAll(RpcError error) {
        running.keySet().forEach(Exchange::leave);
        for (Exchange exchange : running.keySet()) {
            // what began to wait a moment ago is left as well
            if (!exchange.isEnded() && !exchange.leave()) {
                exchange.stop(error);
            }
        }
    }

    /** Those of {@code which} that run, and have no answer yet. */
    RunningCalls of(Predicate<Exchange> which) {
        long now = time.nanos();
        int count = 0;
        Duration oldest = Duration.ZERO;
        for (Exchange exchange : running.keySet()) {
            if (exchange.isEnded() || !which.test(exchange)) {
                continue;
            }
            count++;
            Duration age = exchange.deadline().age(now).orElse(Duration.ZERO);
            oldest = age.compareTo(oldest) > 0 ? age : oldest;
        }
        return new RunningCalls(count, oldest);
    }

    /** Answers those of {@code which} with {@code error}, and interrupts their threads. */
    int fail(Predicate<Exchange> which, RpcError error) {
        int stopped = 0;
        for (Exchange exchange : running.keySet()) {
            if (which.test(exchange) && exchange.stop(error)) {
                stopped++;
            }
        }
        return stopped;
    }

    private void sweep() {
        long now = time.nanos();
        for (Exchange exchange : running.keySet()) {
            if (exchange.deadline().isOver(now) && !exchange.isEnded()) {
                expire(exchange, now);
            }
        }
        overdueSinceNanos.forEach(
                (exchange, since) -> {
                    if (now - since > GRACE_NANOS && !abandoned.containsKey(exchange)) {
                        abandon(exchange);
                    }
                });
        tellOfThoseThatCameBack();
    }

    private void tellOfThoseThatCameBack() {
        told.removeIf(
                exchange -> {
                    if (running.containsKey(exchange)) {
                        return false;
                    }
                    observer.on(
                            new DispatchEvent.AbandonedCallEnded(
                                    exchange.method(), exchange.envelope().name()));
                    return true;
                });
    }

    private void abandon(Exchange exchange) {
        abandoned.put(exchange, Boolean.TRUE);
        if (forgetUnlessRunning(exchange)) {
            return;
        }
        Thread thread = exchange.runner();
        String name = thread == null ? "" : thread.getName();
        told.add(exchange);
        observer.on(
                new DispatchEvent.CallAbandoned(
                        exchange.method(), exchange.envelope().name(), name));
    }

    /** The call's thread may have ended, and removed itself, just before it was entered here. */
    private boolean forgetUnlessRunning(Exchange exchange) {
        if (running.containsKey(exchange)) {
            return false;
        }
        overdueSinceNanos.remove(exchange);
        abandoned.remove(exchange);
        return true;
    }

    private void expire(Exchange exchange, long now) {
        long limitMillis = exchange.deadline().limit().toMillis();
        RpcError error =
                new RpcError(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "The call took longer than its limit of " + limitMillis + " ms",
                        JsonObject.of("limitMs", limitMillis));
        if (exchange.fail(error)) {
            overdueSinceNanos.put(exchange, now);
            exchange.interrupt();
            forgetUnlessRunning(exchange);
        }
    }
}
