package io.erlmcp.dispatch;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.CreateTaskResult;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.wire.ResultMeta;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes an exchange through the stages to its method, and answers it.
 *
 * <p>Process model: cheap methods run on the thread that read the request; the others on a virtual
 * thread each, which ends with the call. {@link InFlight} answers those that pass their deadline.
 */
public final class Dispatcher {
    private static final long LOOP_LIMIT_NANOS = Duration.ofMillis(50).toNanos();

    private static final RpcError STOPPED =
            new RpcError(ErrorCode.INTERRUPTED, "The server has stopped", null);

    private static final RpcError UNTOLD =
            new RpcError(ErrorCode.INTERNAL_ERROR, "Internal error", null);

    /** A step that every request passes. */
    @FunctionalInterface
    private interface Stage {
        @Nullable ServerResult handle(Exchange exchange, Step next) throws Exception;
    }

    /** What is left to do. */
    @FunctionalInterface
    private interface Step {
        @Nullable ServerResult run(Exchange exchange) throws Exception;
    }

    private final Function<Era, MethodTable> tables;
    private final Function<Exchange, CallPlan> plans;
    private final Time time;
    private final Observer observer;
    private final Admission admission;
    private final InFlight inFlight;
    private final ResultMeta modernMeta;
    private final EncodedPages pages = new EncodedPages();
    private final Step pipeline;
    private final AtomicLong callNumber = new AtomicLong();
    private volatile boolean stopped;

    /**
     * What every dispatcher needs from the server around it.
     *
     * @param brake what the node holds back
     */
    public record Setup(
            CallLimits limits,
            Implementation serverInfo,
            CallGate gate,
            Brake brake,
            Time time,
            Timers timers,
            Observer observer) {}

    /**
     * @param tables the methods of each era
     * @param plans deadline and repeatability of a call, by what is called
     */
    public Dispatcher(
            Setup setup, Function<Era, MethodTable> tables, Function<Exchange, CallPlan> plans) {
        this.tables = tables;
        this.plans = plans;
        this.time = setup.time();
        this.observer = setup.observer();
        this.admission = new Admission(setup, plans);
        this.inFlight = new InFlight(setup.time(), setup.timers(), setup.observer());
        this.modernMeta = new ResultMeta(setup.serverInfo(), JsonObject.EMPTY);
        this.pipeline =
                compose(
                        List.of(this::observe, this::admit, this::authorize, this::deadline),
                        this::method);
    }

    private static Step compose(List<Stage> stages, Step last) {
        Step step = last;
        for (Stage stage : stages.reversed()) {
            Step next = step;
            step = exchange -> stage.handle(exchange, next);
        }
        return step;
    }

    /** Runs the exchange, here or on a thread of its own; never blocks the caller. */
    public void dispatch(Exchange exchange) {
        Era era = exchange.wire().revision().era();
        exchange.pages(pages);
        if (era == Era.MODERN) {
            exchange.resultMeta(modernMeta);
        }
        MethodTable.Method method = tables.apply(era).find(exchange.method());
        if (stopped) {
            leaveOrFail(exchange);
        } else if (method == null || method.runsInline(exchange)) {
            run(exchange);
        } else {
            String name = "call-" + callNumber.incrementAndGet() + ' ' + exchange.method();
            start(name, exchange);
        }
    }

    private void start(String name, Exchange exchange) {
        boolean isStarted = false;
        inFlight.add(exchange);
        try {
            exchange.reply().start(name, () -> runOnOwnThread(exchange));
            isStarted = true;
        } finally {
            if (!isStarted) {
                inFlight.remove(exchange);
            }
        }
    }

    /** What an earlier process accepted is as good for the next one as it was for this. */
    private static void leaveOrFail(Exchange exchange) {
        if (!exchange.leave()) {
            exchange.fail(STOPPED);
        }
    }

    private void runOnOwnThread(Exchange exchange) {
        exchange.runner(Thread.currentThread());
        try {
            run(exchange);
        } finally {
            exchange.runner(null);
            inFlight.remove(exchange);
        }
    }

    private void run(Exchange exchange) {
        if (stopped) {
            leaveOrFail(exchange);
        }
        if (exchange.isEnded()) {
            // Cancelled before it began; whoever cancels later finds the thread to interrupt.
            return;
        }
        try {
            ServerResult result = pipeline.run(exchange);
            if (result != null) {
                exchange.answer(result);
            } else if (!exchange.isDetached() && !exchange.isEnded()) {
                throw new IllegalStateException(exchange.method() + " gave no answer");
            }
        } catch (Throwable problem) {
            // Nothing may escape to an event loop; errors of the JVM are answered as bugs and go on
            // from there.
            if (!exchange
                    .isCancelled()) { // how a cancelled call ends is nobody's business any more
                fail(exchange, problem);
            }
        }
    }

    /** Answers also what cannot be told of, such as where the log was never set up. */
    private static void fail(Exchange exchange, Throwable problem) {
        RpcError error;
        try {
            error = ErrorMapper.map(problem, exchange.wire().revision().era());
        } catch (RuntimeException | Error untold) {
            exchange.fail(UNTOLD);
            Threads.uncaught(untold);
            return;
        }
        exchange.fail(error);
    }

    // ---- the stages, in the order in which a request passes them ----

    private @Nullable ServerResult observe(Exchange exchange, Step next) throws Exception {
        long start = time.nanos();
        DispatchEvent.Outcome outcome = DispatchEvent.Outcome.FAILED;
        int code = ErrorCode.INTERNAL_ERROR;
        try {
            ServerResult result = next.run(exchange);
            outcome = outcome(result);
            code = 0;
            return result;
        } catch (McpException refusal) {
            outcome = DispatchEvent.Outcome.REFUSED;
            code = refusal.code();
            throw refusal;
        } finally {
            if (exchange.isCancelled()) {
                outcome = DispatchEvent.Outcome.CANCELLED;
            } else if (exchange.failedWith() != 0) {
                code = exchange.failedWith();
                outcome =
                        code == ErrorCode.INTERRUPTED
                                ? DispatchEvent.Outcome.CANCELLED
                                : DispatchEvent.Outcome.DEADLINE;
            }
            long nanos = time.nanos() - start;
            observer.on(
                    new DispatchEvent.CallFinished(
                            exchange.method(),
                            code == 0 ? exchange.envelope().name() : null,
                            exchange.wire().revision(),
                            outcome,
                            code,
                            nanos));
            if (nanos > LOOP_LIMIT_NANOS && isOnLoop(exchange)) {
                observer.on(
                        new DispatchEvent.LoopBlocked(
                                exchange.method(), exchange.envelope().name(), nanos));
            }
        }
    }

    private static boolean isOnLoop(Exchange exchange) {
        return !exchange.mayWait() && !Thread.currentThread().isVirtual();
    }

    private static DispatchEvent.Outcome outcome(@Nullable ServerResult result) {
        return switch (result) {
            case CallToolResult tool when tool.isError() -> DispatchEvent.Outcome.TOOL_ERROR;
            case InputRequired question -> DispatchEvent.Outcome.INPUT_REQUIRED;
            case CreateTaskResult task -> DispatchEvent.Outcome.TASK;
            case null, default -> DispatchEvent.Outcome.OK;
        };
    }

    private @Nullable ServerResult admit(Exchange exchange, Step next) throws Exception {
        boolean entered = admission.enter(exchange);
        try {
            if (entered) {
                exchange.reply().begins();
            }
            return next.run(exchange);
        } finally {
            if (entered) {
                admission.leave(exchange);
            }
        }
    }

    /** Roles and scopes are checked here; without authentication everybody may do everything. */
    private @Nullable ServerResult authorize(Exchange exchange, Step next) throws Exception {
        return next.run(exchange);
    }

    private @Nullable ServerResult deadline(Exchange exchange, Step next) throws Exception {
        if (exchange.mayWait()) {
            exchange.deadline().start(time.nanos(), plans.apply(exchange).timeout());
        }
        return next.run(exchange);
    }

    private @Nullable ServerResult method(Exchange exchange) throws Exception {
        MethodTable.Method method =
                tables.apply(exchange.wire().revision().era()).find(exchange.method());
        ClientRequest request = exchange.wire().readRequest(exchange.method(), exchange.envelope());
        if (method == null || request == null) {
            throw McpException.methodNotFound(exchange.method());
        }
        if (!(exchange.questions() instanceof ReplayQuestions replay)) {
            return method.invoke(request, exchange);
        }
        replay.begin(!plans.apply(exchange).isRepeatable());
        try {
            ServerResult result = method.invoke(request, exchange);
            return replay.hasOpenQuestions() ? replay.inputRequired() : result;
        } catch (InputNeeded stop) {
            return replay.inputRequired();
        }
    }

    // ---- for whoever shuts down or watches ----

    /** Calls in progress, without those whose threads were given up. */
    public int inFlight() {
        return inFlight.count();
    }

    /**
     * The calls in progress that {@code which} picks by method and name; those that wait to be
     * admitted are among them, those that run on an event loop are not.
     */
    public RunningCalls inFlight(BiPredicate<String, @Nullable String> which) {
        return inFlight.of(called(which));
    }

    private static Predicate<Exchange> called(BiPredicate<String, @Nullable String> which) {
        return exchange -> which.test(exchange.method(), exchange.envelope().name());
    }

    /** The calls in progress whose requests came over one of {@code transports}. */
    public RunningCalls inFlight(Set<String> transports) {
        return inFlight.of(exchange -> transports.contains(exchange.reply().transport()));
    }

    /**
     * Answers the calls that {@code which} picks with -31004, and interrupts them.
     *
     * @return how many
     */
    public int stop(BiPredicate<String, @Nullable String> which, String why) {
        return inFlight.fail(called(which), new RpcError(ErrorCode.INTERRUPTED, why, null));
    }

    /** The same for the calls whose requests came over one of {@code transports}. */
    public int stop(Set<String> transports, String why) {
        return inFlight.fail(
                exchange -> transports.contains(exchange.reply().transport()),
                new RpcError(ErrorCode.INTERRUPTED, why, null));
    }

    /** Calls that were answered at their deadline, but whose threads do not stop. */
    public int abandoned() {
        return inFlight.abandonedCount();
    }

    /** Calls that wait to be admitted. */
    public int waiting() {
        return admission.waiting();
    }

    /**
     * Answers whatever still runs, and whatever comes from now on, with -31004; what waits and is
     * recorded for the next process is left to it.
     */
    public void stop() {
        stopped = true;
        inFlight.leaveOrFailAll(STOPPED);
    }
}
