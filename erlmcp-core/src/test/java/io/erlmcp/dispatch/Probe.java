package io.erlmcp.dispatch;

import io.erlmcp.feature.Peer;
import io.erlmcp.feature.Priority;
import io.erlmcp.json.EnvelopeScanner;
import io.erlmcp.json.JsonLimits;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.rpc.RpcReader;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.security.Principal;
import io.erlmcp.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A dispatcher with one method, {@code ping}, whose code and place the test decides. */
final class Probe implements AutoCloseable {
    /** A clock that stands until it is moved. */
    static final class Clock implements Time {
        private final AtomicLong nanos = new AtomicLong();

        void pass(Duration time) {
            nanos.addAndGet(time.toNanos());
        }

        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos.get());
        }
    }

    /** What became of an exchange: the code of its error, 0 for a result, or null when dropped. */
    static final class Answer implements ReplyPath {
        @Override
        public void share(SharedBytes begin, byte[] end) {
            throw new AssertionError("nothing is shared here");
        }

        private static final int DROPPED = Integer.MIN_VALUE;

        private final LinkedBlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
        volatile boolean fails;
        volatile boolean canLeave;

        /** Begins to wait, where it can be left, when it was asked for the first time. */
        volatile boolean waitsLate;

        volatile boolean left;
        volatile Runnable whenAnswered = () -> {};
        volatile boolean hasNoThread;
        volatile String transport = "";
        final AtomicInteger sent = new AtomicInteger();

        @Override
        public String transport() {
            return transport;
        }

        @Override
        public boolean leave() {
            boolean leaves = canLeave;
            left |= leaves;
            canLeave |= waitsLate;
            return leaves;
        }

        @Override
        public void start(String name, Runnable call) {
            if (hasNoThread) {
                throw new OutOfMemoryError("a test");
            }
            ReplyPath.super.start(name, call);
        }

        @Override
        public void answer(JsonWriter message, @Nullable RpcError error) {
            whenAnswered.run();
            codes.add(error == null ? 0 : error.code());
            if (fails) {
                throw new IllegalStateException("the path is broken");
            }
        }

        @Override
        public void dropped() {
            codes.add(DROPPED);
        }

        @Override
        public boolean send(JsonWriter message, boolean mayWait) {
            sent.incrementAndGet();
            return true;
        }

        int code() throws InterruptedException {
            Integer code = codes.poll(10, TimeUnit.SECONDS);
            if (code == null) {
                throw new AssertionError("no answer");
            }
            return code;
        }

        boolean wasDropped() throws InterruptedException {
            return code() == DROPPED;
        }

        int count() {
            return codes.size();
        }
    }

    /** Code behind {@code ping}. */
    interface Code {
        @Nullable ServerResult run(Exchange exchange) throws Exception;
    }

    final Clock clock = new Clock();
    final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    final Brake brake = new Brake();
    final Quota quota;
    final Dispatcher dispatcher;
    volatile Code code = exchange -> Empty.RESULT;
    volatile boolean isInline;
    volatile Priority priority = Priority.NORMAL;
    volatile @Nullable LogLevel logLevel;
    volatile CallGate gate = CallGate.OPEN;
    private final Timers timers = new Timers("probe");

    Probe(CallLimits limits, Time time) {
        quota = new Quota(limits.maxRunningPerCaller());
        MethodTable table =
                MethodTable.builder()
                        .add(
                                "ping",
                                ClientRequest.Ping.class,
                                exchange -> isInline,
                                (request, exchange) -> code.run(exchange))
                        .build();
        dispatcher =
                new Dispatcher(
                        new Dispatcher.Setup(
                                limits,
                                Implementation.of("probe", "1"),
                                (method, name) -> gate.check(method, name),
                                brake,
                                time,
                                timers,
                                events::add),
                        era -> table,
                        exchange -> new CallPlan(limits.callTimeout(), true, priority));
    }

    static CallLimits limits(int running, int waiting, Duration timeout) {
        return new CallLimits(running, 1, waiting, timeout, timeout);
    }

    Exchange exchange(String method, Answer answer) {
        return exchange(method, answer, NO_QUESTIONS);
    }

    Exchange exchange(String method, Answer answer, Questions questions) {
        byte[] text =
                ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\"}")
                        .getBytes(StandardCharsets.UTF_8);
        RpcMessage.Request request =
                (RpcMessage.Request)
                        RpcReader.read(
                                EnvelopeScanner.scan(text, 0, text.length, JsonLimits.DEFAULTS));
        return new Exchange(
                request,
                Wire.of(Revision.LATEST_LEGACY),
                RequestMeta.NONE,
                new Somebody(quota, logLevel),
                answer,
                questions);
    }

    Answer dispatch(String method) {
        Answer answer = new Answer();
        dispatcher.dispatch(exchange(method, answer));
        return answer;
    }

    DispatchEvent event() throws InterruptedException {
        Event event = events.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event");
        }
        return (DispatchEvent) event;
    }

    @Override
    public void close() {
        timers.close();
    }

    private record Somebody(Quota quota, @Nullable LogLevel logLevel) implements Caller {
        @Override
        public Principal principal() {
            return Principal.ANONYMOUS;
        }

        @Override
        public Peer peer() {
            return new Peer(Revision.LATEST_LEGACY, ClientCapabilities.NONE, null);
        }
    }

    static final Questions NO_QUESTIONS =
            new Questions() {
                @Override
                public Map<String, InputResponse> ask(Map<String, InputRequest> questions) {
                    throw new IllegalStateException("nobody is asked");
                }

                @Override
                public <T> T once(String key, Class<T> type, Supplier<T> work) {
                    return work.get();
                }
            };
}
