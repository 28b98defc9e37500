package io.erlmcp.http;

import io.erlmcp.transport.ByteBudget;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The answers that the server gives by itself: {@code {"error": "..."}}. */
final class ErrorBody {
    private static final List<String> JSON = List.of("Content-Type", "application/json");
    private static final List<String> JSON_RETRY =
            List.of("Content-Type", "application/json", "Retry-After", "1");

    private ErrorBody() {}

    static List<String> headers(int status) {
        return switch (status) {
            case 405 ->
                    List.of(
                            "Content-Type",
                            "application/json",
                            "Allow",
                            "GET, POST, DELETE, OPTIONS");
            case 503 -> JSON_RETRY;
            default -> JSON;
        };
    }

    /** {@code reason} is ours: printable, what it quotes already made so. */
    static byte[] of(String reason) {
        String escaped = reason.replace("\\", "\\\\").replace("\"", "\\\"");
        return ("{\"error\": \"" + escaped + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    static HttpRefusal noMoreConnections() {
        return new HttpRefusal(
                503, "overloaded: the server lets no more connections in for the moment");
    }

    static HttpRefusal tooMuchReceived(ByteBudget budget) {
        return new HttpRefusal(
                503,
                "the server holds "
                        + budget.limitBytes()
                        + " bytes of unfinished requests, its limit");
    }

    static HttpRefusal tooMuchUnsent(ByteBudget budget) {
        return new HttpRefusal(
                503,
                "the server holds "
                        + budget.limitBytes()
                        + " bytes that clients have yet to read, its limit");
    }
}
