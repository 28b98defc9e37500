package io.erlmcp.client;

import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.transport.TransportException;

/** What a client does about a failed request; each is tried once. Pure decisions. */
enum Remedy {
    /** Pass the failure on. */
    NONE,
    /**
     * The server forgot the session and did not execute the request: a new session, and the request
     * again.
     */
    RENEW_SESSION,
    /** The answer is lost and doing it twice does no harm: the request again under a new id. */
    REISSUE,
    /** The server did not execute the request and says when it will: the request again, then. */
    WAIT,
    /**
     * The server wants other headers for this tool: read its definition again, and the request
     * again.
     */
    REFRESH_TOOLS,
    /**
     * The server does not speak this version any more: ask what it speaks, and the request again.
     */
    RENEGOTIATE;

    static Remedy of(TransportException failure, ClientRequest request, ToolBook tools) {
        return switch (failure.kind()) {
            case SESSION_LOST -> RENEW_SESSION;
            case BROKEN -> isRepeatable(request, tools) ? REISSUE : NONE;
            case BUSY -> failure.retryAfter().isPresent() ? WAIT : NONE;
            case UNREACHABLE, REFUSED, LIMIT, CLOSED -> NONE;
        };
    }

    static Remedy of(McpException failure, ClientRequest request) {
        return switch (failure.code()) {
            case ErrorCode.HEADER_MISMATCH ->
                    request instanceof ClientRequest.CallTool ? REFRESH_TOOLS : NONE;
            case ErrorCode.UNSUPPORTED_PROTOCOL_VERSION ->
                    Negotiation.supported(failure).isEmpty() ? NONE : RENEGOTIATE;
            default -> NONE;
        };
    }

    /** Whether a standing wish that is refused so may be granted later. */
    static boolean passes(McpException refusal) {
        return refusal.code() == ErrorCode.OVERLOADED || refusal.code() == ErrorCode.INTERRUPTED;
    }

    /** Whether a standing wish that fails so may be granted later. */
    static boolean passes(TransportException failure) {
        return switch (failure.kind()) {
            case CLOSED -> false;
            case BUSY, REFUSED ->
                    failure.retryAfter().isPresent()
                            || Negotiation.refusal(failure)
                                    .map(Remedy::passes)
                                    .orElse(
                                            failure.kind() == TransportException.Kind.BUSY
                                                    || failure.status() >= 500);
            case UNREACHABLE, BROKEN, LIMIT, SESSION_LOST -> true;
        };
    }

    private static boolean isRepeatable(ClientRequest request, ToolBook tools) {
        return switch (request) {
            case ClientRequest.CallTool call -> tools.isIdempotent(call.name());
            case ClientRequest.Initialize i -> false;
            case ClientRequest.Listen l -> false;
            case ClientRequest.GetPrompt get -> true;
            case ClientRequest.ReadResource read -> true;
            case ClientRequest.Discover d -> true;
            case ClientRequest.Ping p -> true;
            case ClientRequest.ListTools l -> true;
            case ClientRequest.ListPrompts l -> true;
            case ClientRequest.ListResources l -> true;
            case ClientRequest.ListResourceTemplates l -> true;
            case ClientRequest.Complete c -> true;
            case ClientRequest.SetLevel s -> true;
            case ClientRequest.Subscribe s -> true;
            case ClientRequest.Unsubscribe u -> true;
            case ClientRequest.GetTask t -> true;
            case ClientRequest.GetTaskResult t -> true;
            case ClientRequest.ListTasks t -> true;
            case ClientRequest.CancelTask t -> true;
            case ClientRequest.UpdateTask t -> true;
        };
    }
}
