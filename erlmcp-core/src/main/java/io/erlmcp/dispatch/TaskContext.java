package io.erlmcp.dispatch;

import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.feature.Peer;
import io.erlmcp.feature.SessionMetadata;
import io.erlmcp.json.JacksonBinder;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.rpc.RpcWriter;
import io.erlmcp.security.Principal;
import io.erlmcp.task.LiveTask;
import io.erlmcp.wire.Wire;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What user code sees of a call that runs as a task: its request was answered long ago. */
final class TaskContext extends AskingContext {
    /**
     * What is left of a request once it was answered.
     *
     * @param isOver whether the caller knows that the task has ended
     */
    record Origin(Caller caller, Wire wire, RequestMeta meta, AtomicBoolean isOver) {
        /** Made before the task is, so that its caller has something in work without a gap. */
        static Origin of(Exchange exchange) {
            exchange.caller().taskBegan();
            return new Origin(
                    exchange.caller(), exchange.wire(), exchange.meta(), new AtomicBoolean());
        }

        void over() {
            if (isOver.compareAndSet(false, true)) {
                caller.taskEnded();
            }
        }
    }

    private final LiveTask task;
    private final Origin origin;
    private final Questions.Answered before;
    private final KeyValueStore store;
    private final Map<String, InputResponse> answered = new HashMap<>();
    private final Map<String, Object> kept = new HashMap<>();

    /** Guards the order of progress messages, which must rise; nobody else waits for it. */
    private final ReentrantLock progressing = new ReentrantLock();

    private double lastProgress = Double.NEGATIVE_INFINITY;

    /**
     * @param before what was answered and kept in the rounds before the task began
     */
    TaskContext(LiveTask task, Origin origin, Questions.Answered before, KeyValueStore store) {
        this.task = task;
        this.origin = origin;
        this.before = before;
        this.store = store;
    }

    @Override
    public void progress(double progress, @Nullable Double total, @Nullable String message) {
        progressing.lock();
        try {
            if (progress <= lastProgress || task.isEnding()) {
                return;
            }
            lastProgress = progress;
            task.say(message != null ? message : plain(progress, total));
            ProgressToken token = origin.meta().progressToken();
            if (token != null) {
                tell(new ServerNotification.Progress(token, progress, total, message));
            }
        } finally {
            progressing.unlock();
        }
    }

    private static String plain(double progress, @Nullable Double total) {
        String done = number(progress);
        return total == null ? done : done + " of " + number(total);
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    @Override
    public void log(LogLevel level, @Nullable String logger, JsonValue data) {
        LogLevel least = origin.caller().logLevel();
        if (least != null && level.compareTo(least) >= 0 && !task.isEnding()) {
            tell(new ServerNotification.Log(level, logger, data));
        }
    }

    /** To a session of the legacy era, where it listens; nobody else hears of such things. */
    private void tell(ServerNotification notification) {
        Wire wire = origin.wire();
        JsonWriter out = new JsonWriter();
        RpcWriter.notification(
                wire.method(notification),
                params -> wire.writeTaskNotificationParams(notification, task.id(), params),
                out);
        origin.caller().tell(out);
    }

    @Override
    public boolean isCancelled() {
        return task.isEnding();
    }

    @Override
    public Optional<Duration> timeLeft() {
        return Optional.of(task.timeLeft());
    }

    @Override
    public Principal principal() {
        return origin.caller().principal();
    }

    @Override
    public Peer peer() {
        return origin.caller().peer();
    }

    @Override
    public RequestMeta meta() {
        return origin.meta();
    }

    @Override
    public Map<String, InputResponse> ask(Map<String, InputRequest> questions) {
        Map<String, InputRequest> unanswered = new LinkedHashMap<>();
        questions.forEach(
                (key, question) -> {
                    JsonValue early = before.answers().get(key);
                    if (early != null) {
                        answered.computeIfAbsent(
                                key, it -> origin.wire().readInputResponse(question, early));
                    } else if (!answered.containsKey(key)) {
                        PeerCapabilities.require(question, peer());
                        unanswered.put(key, question);
                    }
                });
        if (!unanswered.isEmpty()) {
            try {
                answered.putAll(task.ask(unanswered));
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
        Map<String, InputResponse> all = new LinkedHashMap<>(answered);
        all.keySet().retainAll(questions.keySet());
        return all;
    }

    @Override
    public <T> T once(String key, Class<T> type, Supplier<T> work) {
        JsonValue early = before.kept().get(key);
        if (early != null) {
            return JacksonBinder.shared().read(JsonSlice.of(early), type);
        }
        Object known = kept.get(key);
        if (known == null) {
            known = work.get();
            kept.put(key, known);
        }
        return type.cast(known);
    }

    @Override
    public Optional<SessionMetadata> sessionMetadata() {
        return origin.caller().metadata();
    }

    @Override
    public KeyValueStore store() {
        return store;
    }
}
