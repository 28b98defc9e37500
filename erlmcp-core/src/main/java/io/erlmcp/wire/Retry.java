package io.erlmcp.wire;

import io.erlmcp.protocol.InputResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client adds when it sends a request again: the answers, and the server's state exactly as
 * it came.
 */
public record Retry(Map<String, InputResponse> inputResponses, @Nullable String requestState) {
    public Retry {
        inputResponses = Map.copyOf(inputResponses);
    }
}
