package io.erlmcp.dispatch;

import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.feature.Peer;
import io.erlmcp.feature.SessionMetadata;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.rpc.RpcWriter;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What user code sees of its {@link Exchange}. */
final class ExchangeContext extends AskingContext {
    private final Exchange exchange;
    private final KeyValueStore store;
    private final FeatureMethods.Around around;
    private final Time time;
    private final boolean mayBecomeTask;

    /**
     * Guards the order of this call's own progress messages, which must rise; nobody else waits for
     * it.
     */
    private final ReentrantLock progressing = new ReentrantLock();

    private double lastProgress = Double.NEGATIVE_INFINITY;

    /**
     * @param mayBecomeTask what {@link #continueAsTask} does
     */
    ExchangeContext(
            Exchange exchange,
            KeyValueStore store,
            FeatureMethods.Around around,
            boolean mayBecomeTask) {
        this.mayBecomeTask = mayBecomeTask;
        this.exchange = exchange;
        this.store = store;
        this.around = around;
        this.time = around.time();
    }

    @Override
    public void progress(double progress, @Nullable Double total, @Nullable String message) {
        ProgressToken token = exchange.meta().progressToken();
        if (token == null || exchange.isEnded() || isShed("notifications/progress")) {
            return;
        }
        progressing.lock();
        try {
            if (progress > lastProgress) {
                lastProgress = progress;
                send(new ServerNotification.Progress(token, progress, total, message));
            }
        } finally {
            progressing.unlock();
        }
    }

    @Override
    public void log(LogLevel level, @Nullable String logger, JsonValue data) {
        LogLevel least = exchange.caller().logLevel();
        if (least == null || level.compareTo(least) < 0 || exchange.isEnded()) {
            return;
        }
        if (level.compareTo(LogLevel.WARNING) < 0 && isShed("notifications/message")) {
            return;
        }
        send(new ServerNotification.Log(level, logger, data));
    }

    /** Messages that inform are left out while the node holds back; what matters goes on. */
    private boolean isShed(String method) {
        if (!around.brake().now().shedsLow()) {
            return false;
        }
        around.observer().on(new DispatchEvent.MessageShed(method));
        return true;
    }

    private void send(ServerNotification notification) {
        JsonWriter out = new JsonWriter();
        RpcWriter.notification(
                exchange.wire().method(notification),
                params -> exchange.wire().writeNotificationParams(notification, null, params),
                out);
        try {
            exchange.reply().send(out, exchange.mayWait());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isCancelled() {
        return exchange.isEnded();
    }

    @Override
    public Optional<Duration> timeLeft() {
        return exchange.deadline().timeLeft(time.nanos());
    }

    @Override
    public Principal principal() {
        return exchange.caller().principal();
    }

    @Override
    public Peer peer() {
        return exchange.caller().peer();
    }

    @Override
    public RequestMeta meta() {
        return exchange.meta();
    }

    @Override
    public Map<String, InputResponse> ask(Map<String, InputRequest> questions) {
        if (!exchange.mayWait()) {
            throw new IllegalStateException("a tool declared non-blocking cannot ask the client");
        }
        exchange.deadline().pause(time.nanos());
        try {
            return exchange.questions().ask(new LinkedHashMap<>(questions));
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            exchange.deadline().resume(time.nanos());
        }
    }

    @Override
    public <T> T once(String key, Class<T> type, Supplier<T> work) {
        return exchange.questions().once(key, type, work);
    }

    @Override
    public void releaseConnection(Duration retryAfter) {
        exchange.reply().release(retryAfter);
    }

    @Override
    public void continueAsTask() {
        if (mayBecomeTask) {
            throw new TaskNeeded();
        }
    }

    @Override
    public Optional<SessionMetadata> sessionMetadata() {
        Optional<SessionMetadata> known = exchange.caller().metadata();
        return exchange.mayWait() ? known : known.map(FixedMetadata::new);
    }

    @Override
    public KeyValueStore store() {
        return store;
    }
}
