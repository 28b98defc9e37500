package io.erlmcp.session;

import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;

/** The HTTP status of a JSON-RPC error (2026-07-28, basic/transports/streamable-http). */
final class HttpStatus {
    private HttpStatus() {}

    /** The status for an error that a method answered. */
    static int of(int code, Era era) {
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

    /** Whether {@code Retry-After} goes with the error: the server will be able to answer soon. */
    static boolean saysWhenToComeBack(int code) {
        return code == ErrorCode.OVERLOADED || code == ErrorCode.INTERRUPTED;
    }

    /** The status for an error that was found before there was a method. */
    static int early(int code) {
        int status = of(code, Era.MODERN);
        return status == 200 ? 400 : status;
    }
}
