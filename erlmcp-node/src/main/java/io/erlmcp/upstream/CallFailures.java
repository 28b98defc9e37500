package io.erlmcp.upstream;

import io.erlmcp.client.InvalidResultException;
import io.erlmcp.client.McpTimeoutException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.transport.TransportException;

/** What failed calls of an upstream server mean: to the breakers, and to the caller. */
final class CallFailures {
    private static final int MAX_MESSAGE = 4_000;
    private static final int MAX_DATA = 16 << 10;
    private static final long RETRY_AFTER_MILLIS = 1_000;

    private CallFailures() {}

    static boolean isTimeout(RuntimeException e) {
        return e instanceof McpTimeoutException;
    }

    /** Whether the server may be gone. */
    static boolean isLoss(RuntimeException e) {
        return e instanceof IllegalStateException
                || (e instanceof TransportException it
                        && (it.kind() == TransportException.Kind.BROKEN
                                || it.kind() == TransportException.Kind.CLOSED));
    }

    /**
     * Whether the breakers count it as a failure. A child that is gone is its supervisor's matter;
     * what a server refuses for a reason is an answer.
     */
    static boolean count(RuntimeException e, boolean remote) {
        return switch (e) {
            case McpTimeoutException timeout -> true;
            case InvalidResultException invalid -> true;
            case McpException refusal -> refusal.code() == ErrorCode.INTERNAL_ERROR;
            case TransportException it -> remote || it.kind() == TransportException.Kind.LIMIT;
            default -> false;
        };
    }

    /** What the caller gets; bugs of our own stay what they are. */
    static RuntimeException refusal(RuntimeException e, Upstream upstream) {
        String path = upstream.component().path();
        return switch (e) {
            case McpTimeoutException timeout ->
                    new McpException(
                            ErrorCode.DEADLINE_EXCEEDED,
                            path + " did not answer within " + timeout.limit().toMillis() + " ms",
                            JsonObject.of("component", path));
            case InvalidResultException invalid ->
                    new McpException(
                            ErrorCode.INTERNAL_ERROR,
                            cut(path + ": " + invalid.getMessage()),
                            JsonObject.of("component", path));
            case McpException refusal -> bounded(refusal);
            case TransportException failure ->
                    switch (failure.kind()) {
                        case UNREACHABLE, BUSY, LIMIT, SESSION_LOST -> notThere(upstream);
                        case BROKEN, CLOSED, REFUSED -> lost(upstream);
                    };
            case IllegalStateException closed -> lost(upstream);
            default -> e;
        };
    }

    private static McpException bounded(McpException refusal) {
        boolean small = refusal.data() == null || refusal.data().toJson().length() <= MAX_DATA;
        String message = String.valueOf(refusal.getMessage());
        return small && message.length() <= MAX_MESSAGE
                ? refusal
                : new McpException(refusal.code(), cut(message), small ? refusal.data() : null);
    }

    private static String cut(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
    }

    /** The call was not sent. The reason stays with the operator: it may name files. */
    static McpException notThere(Upstream upstream) {
        return notThere(upstream, data(upstream).put("retryAfterMs", RETRY_AFTER_MILLIS).build());
    }

    /**
     * The call may have run: nothing says when to come back, for whoever is told that takes it for
     * a call that did not.
     */
    private static McpException lost(Upstream upstream) {
        return notThere(upstream, data(upstream).build());
    }

    private static JsonObject.Builder data(Upstream upstream) {
        return JsonObject.builder()
                .put("component", upstream.component().path())
                .put("since", upstream.state().since().toString());
    }

    private static McpException notThere(Upstream upstream, JsonObject data) {
        String how =
                upstream.state().isUp() ? ": it was lost" : " since " + data.requireString("since");
        return new McpException(
                ErrorCode.UPSTREAM_UNAVAILABLE,
                upstream.component().path() + " is not there" + how,
                data);
    }

    /** In the words of the gate that refuses calls of what is halted. */
    static McpException halted(Refusal halt) {
        JsonObject.Builder data = JsonObject.builder().put("component", halt.component().path());
        if (halt.since() != null) {
            data.put("since", halt.since().toString());
        }
        return new McpException(ErrorCode.HALTED, halt.message(), data.build());
    }
}
