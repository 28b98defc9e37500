package io.erlmcp.feature;

import io.erlmcp.protocol.ReadResourceResult;
import java.util.Map;

/** User code behind a resource or a resource template; as {@link ToolHandler}. */
@FunctionalInterface
public interface ResourceHandler {
    /**
     * Reads the resource.
     *
     * @param variables the values of the template's variables, percent-decoded; empty for a fixed
     *     resource
     */
    ReadResourceResult read(String uri, Map<String, String> variables, CallContext context)
            throws Exception;
}
