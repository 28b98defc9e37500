package io.erlmcp.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The modern era's way to ask: the client answers the questions and sends the request again with
 * the state.
 */
public record InputRequired(Map<String, InputRequest> inputRequests, @Nullable String requestState)
        implements ServerResult {
    public InputRequired {
        if (inputRequests.isEmpty() && requestState == null) {
            throw new IllegalArgumentException(
                    "input_required needs inputRequests or requestState");
        }
        inputRequests = Collections.unmodifiableMap(new LinkedHashMap<>(inputRequests));
    }
}
