package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is done about a server that has too much to do and says when to come back. */
final class Busy {
    private static final String WHEN = "retryAfterMs";

    private Busy() {}

    /** Waits as long as the server asked for, where the call has the time. */
    static void await(TransportException busy, Deadline deadline, Rounds rounds) {
        Duration wait = busy.retryAfter().orElse(Duration.ZERO);
        if (wait.compareTo(Duration.ofNanos(deadline.remainingNanos())) >= 0) {
            throw givenUp(busy);
        }
        rounds.waitFor(wait);
    }

    /**
     * What the caller gets of a failure that is not tried again: the server's own error, with the
     * time to come back at as {@code data.retryAfterMs}, where it told both; else the failure.
     */
    static RuntimeException givenUp(TransportException failure) {
        Optional<RpcError> error = failure.body().flatMap(Incoming::error);
        Optional<Duration> after = failure.retryAfter();
        if (error.isEmpty() || after.isEmpty()) {
            return failure;
        }
        RpcError told = error.get();
        McpException refusal =
                new McpException(told.code(), told.message(), with(told.data(), after.get()));
        refusal.addSuppressed(failure);
        return refusal;
    }

    /** The error may name a time of its own, which is finer than that of the header. */
    private static @Nullable JsonValue with(@Nullable JsonValue data, Duration after) {
        return switch (data) {
            case JsonObject known when known.has(WHEN) -> known;
            case JsonObject known -> known.with(WHEN, after.toMillis());
            case null -> JsonObject.of(WHEN, after.toMillis());
            default -> data;
        };
    }
}
