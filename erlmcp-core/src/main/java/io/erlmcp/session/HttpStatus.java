package io.erlmcp.session;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.rpc.RpcError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The HTTP status of a JSON-RPC error (2026-07-28, basic/transports/streamable-http). */
final class HttpStatus {
    private static final List<String> JSON = List.of("content-type", "application/json");

    /** Whoever names a later time does not mean it. */
    private static final long LONGEST_MILLIS = Duration.ofDays(365).toMillis();

    private HttpStatus() {}

    /** The status for an error that a method answered. */
    static int of(RpcError error, Era era) {
        return StoreUnavailable.isMeantBy(error) ? 503 : of(error.code(), era);
    }

    private static int of(int code, Era era) {
        return switch (code) {
            case ErrorCode.OVERLOADED -> 429;
            case ErrorCode.HALTED, ErrorCode.INTERRUPTED, ErrorCode.UPSTREAM_UNAVAILABLE -> 503;
            case ErrorCode.METHOD_NOT_FOUND -> era == Era.MODERN ? 404 : 200;
            case ErrorCode.HEADER_MISMATCH,
                    ErrorCode.MISSING_CLIENT_CAPABILITY,
                    ErrorCode.UNSUPPORTED_PROTOCOL_VERSION ->
                    era == Era.MODERN ? 400 : 200;
            default -> 200;
        };
    }

    /**
     * The headers that go with an error: {@code Retry-After}, in whole seconds, where it says when
     * to come back, or where the server will be able to answer soon.
     */
    static List<String> headers(RpcError error) {
        Optional<Long> millis = retryAfterMillis(error);
        boolean isSoon =
                error.code() == ErrorCode.OVERLOADED || error.code() == ErrorCode.INTERRUPTED;
        if (millis.isEmpty() && !isSoon) {
            return JSON;
        }
        long seconds = Math.max(1, (millis.orElse(1L) + 999) / 1000);
        return List.of("content-type", "application/json", "retry-after", Long.toString(seconds));
    }

    /** Of data that may come from anywhere: what is no whole number says nothing. */
    private static Optional<Long> retryAfterMillis(RpcError error) {
        try {
            return error.data() instanceof JsonObject data
                    ? data.integer("retryAfterMs").filter(it -> it < LONGEST_MILLIS)
                    : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /** The status for an error that was found before there was a method. */
    static int early(RpcError error) {
        int status = of(error, Era.MODERN);
        return status == 200 ? 400 : status;
    }
}
