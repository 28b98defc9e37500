package io.erlmcp.feature;

import io.erlmcp.protocol.Completion;
import java.util.Map;

/**
 * User code that suggests values for one argument of a prompt or one variable of a resource
 * template.
 */
@FunctionalInterface
public interface CompletionHandler {
    /**
     * @param value what was typed so far
     * @param known values of other arguments
     */
    Completion complete(String value, Map<String, String> known, CallContext context)
            throws Exception;
}
