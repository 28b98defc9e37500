package io.erlmcp.feature;

import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;

/**
 * User code behind a tool. Runs on a virtual thread and may block, unless the tool is declared
 * non-blocking. Throws {@link ToolFailure} for a failure that the model should read, {@link
 * io.erlmcp.protocol.McpException} to refuse the request; anything else is a bug and opaque to the
 * peer.
 */
@FunctionalInterface
public interface ToolHandler {
    /** Answers one call; {@code arguments} passed the tool's input schema. */
    CallToolResult call(JsonSlice arguments, CallContext context) throws Exception;
}
