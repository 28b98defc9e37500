package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.ServerNotification;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is particular to one call. Listeners run on the thread that waits for the answer, in order,
 * before the call returns.
 *
 * @param timeout as {@link ClientLimits#timeout}, or null for the client's
 * @param maxTimeout as {@link ClientLimits#maxTimeout}, or null for the client's
 * @param onProgress hears how far the call is
 * @param onLog hears log messages that come on the call's own stream
 * @param logLevel asks for log messages of this call (modern era)
 * @param onQuestions answers the server's questions during this call, or null for the client's own
 *     handlers
 * @param meta goes into the request's {@code _meta}: trace context and the like
 */
public record CallOptions(
        @Nullable Duration timeout,
        @Nullable Duration maxTimeout,
        @Nullable Consumer<ServerNotification.Progress> onProgress,
        @Nullable Consumer<ServerNotification.Log> onLog,
        @Nullable LogLevel logLevel,
        @Nullable QuestionHandler onQuestions,
        JsonObject meta) {
    public static final CallOptions NONE =
            new CallOptions(null, null, null, null, null, null, JsonObject.EMPTY);

    public CallOptions {
        if (timeout != null && !timeout.isPositive()) {
            throw new IllegalArgumentException("timeout must be positive: " + timeout);
        }
        if (maxTimeout != null && !maxTimeout.isPositive()) {
            throw new IllegalArgumentException("maxTimeout must be positive: " + maxTimeout);
        }
    }

    public CallOptions withTimeout(Duration limit) {
        return new CallOptions(limit, maxTimeout, onProgress, onLog, logLevel, onQuestions, meta);
    }

    public CallOptions withMaxTimeout(Duration limit) {
        return new CallOptions(timeout, limit, onProgress, onLog, logLevel, onQuestions, meta);
    }

    public CallOptions withProgress(Consumer<ServerNotification.Progress> listener) {
        return new CallOptions(timeout, maxTimeout, listener, onLog, logLevel, onQuestions, meta);
    }

    public CallOptions withLog(LogLevel level, Consumer<ServerNotification.Log> listener) {
        return new CallOptions(timeout, maxTimeout, onProgress, listener, level, onQuestions, meta);
    }

    public CallOptions withQuestions(QuestionHandler handler) {
        return new CallOptions(timeout, maxTimeout, onProgress, onLog, logLevel, handler, meta);
    }

    public CallOptions withMeta(JsonObject extra) {
        return new CallOptions(
                timeout, maxTimeout, onProgress, onLog, logLevel, onQuestions, extra);
    }
}
