package io.erlmcp.dispatch;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.RpcError;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only place where exceptions become codes. Refusals keep their code and message; anything else
 * is a bug: the peer gets a correlation id, the log gets the stack.
 */
public final class ErrorMapper {
    private static final Logger log = LoggerFactory.getLogger(ErrorMapper.class);

    private ErrorMapper() {}

    /** The error for {@code problem}, as a peer of {@code era} may see it. */
    public static RpcError map(Throwable problem, Era era) {
        return switch (problem) {
            case McpException refusal -> refusal(refusal, era);
            case JsonException malformed ->
                    new RpcError(
                            ErrorCode.INVALID_PARAMS,
                            "Invalid params: " + malformed.getMessage(),
                            null);
            case InterruptedException interrupted ->
                    new RpcError(ErrorCode.INTERRUPTED, "The call was interrupted", null);
            default -> bug(problem);
        };
    }

    private static RpcError refusal(McpException refusal, Era era) {
        int code = refusal.code();
        if (code == ErrorCode.LEGACY_RESOURCE_NOT_FOUND && era == Era.MODERN) {
            code = ErrorCode.INVALID_PARAMS;
        } else if (code == ErrorCode.MISSING_CLIENT_CAPABILITY && era == Era.LEGACY) {
            code = ErrorCode.INVALID_REQUEST;
        }
        return new RpcError(code, String.valueOf(refusal.getMessage()), refusal.data());
    }

    private static RpcError bug(Throwable problem) {
        String correlationId = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        try {
            log.error("internal error {}", correlationId, problem);
        } catch (RuntimeException | Error e) { // of its own message
            String name = problem.getClass().getName();
            log.error("internal error {}: {}, which cannot be logged", correlationId, name, e);
        }
        return new RpcError(
                ErrorCode.INTERNAL_ERROR,
                "Internal error",
                JsonObject.of("correlationId", correlationId));
    }
}
