package io.erlmcp.feature;

import io.erlmcp.protocol.GetPromptResult;
import java.util.Map;

/** User code behind a prompt; as {@link ToolHandler}. */
@FunctionalInterface
public interface PromptHandler {
    /** Fills the prompt; required arguments are present. */
    GetPromptResult get(Map<String, String> arguments, CallContext context) throws Exception;
}
