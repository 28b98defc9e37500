package io.erlmcp.dispatch;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.feature.Peer;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.ListRootsResult;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Root;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.rpc.RpcWriter;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What user code sees of its {@link Exchange}. */
final class ExchangeContext implements CallContext {
    private final Exchange exchange;
    private final KeyValueStore store;
    private final FeatureMethods.Around around;
    private final Time time;

    /**
     * Guards the order of this call's own progress messages, which must rise; nobody else waits for
     * it.
     */
    private final ReentrantLock progressing = new ReentrantLock();

    private double lastProgress = Double.NEGATIVE_INFINITY;

    ExchangeContext(Exchange exchange, KeyValueStore store, FeatureMethods.Around around) {
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
            Thread.currentThread().interrupt();
            throw new McpException(
                    ErrorCode.INTERRUPTED,
                    "The call was interrupted while it waited for an answer");
        } finally {
            exchange.deadline().resume(time.nanos());
        }
    }

    private <T extends InputResponse> T ask(String key, InputRequest question, Class<T> type) {
        InputResponse answer = ask(Map.of(key, question)).get(key);
        return type.cast(Objects.requireNonNull(answer));
    }

    @Override
    public ElicitResult elicit(String key, String message, JsonObject schema) {
        return ask(key, new ElicitForm(message, schema), ElicitResult.class);
    }

    @Override
    public ElicitResult elicitUrl(String key, String message, String url) {
        return ask(
                key, new ElicitUrl(message, url, UUID.randomUUID().toString()), ElicitResult.class);
    }

    @Override
    public CreateMessageResult sample(String key, CreateMessage request) {
        return ask(key, request, CreateMessageResult.class);
    }

    @Override
    public List<Root> roots(String key) {
        return ask(key, new ListRoots(), ListRootsResult.class).roots();
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
    public KeyValueStore store() {
        return store;
    }
}
