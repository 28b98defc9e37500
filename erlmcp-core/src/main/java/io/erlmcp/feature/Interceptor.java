package io.erlmcp.feature;

import io.erlmcp.protocol.CallToolResult;

/**
 * User code around every tool call: the first registered is the outermost. A failure of the tool
 * arrives as a result with {@code isError}; a refusal or a bug as an exception.
 */
@FunctionalInterface
public interface Interceptor {
    /** What lies behind an interceptor: the next one, and at last the tool. */
    @FunctionalInterface
    interface Next {
        /**
         * Goes on with {@code call}; arguments that an interceptor changed are not validated again.
         */
        CallToolResult proceed(ToolCall call) throws Exception;
    }

    /** Answers the call, usually by {@code next.proceed(call)}. */
    CallToolResult around(ToolCall call, Next next) throws Exception;
}
