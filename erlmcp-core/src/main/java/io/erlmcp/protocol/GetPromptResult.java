package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A prompt filled with its arguments. */
public record GetPromptResult(
        @Nullable String description, List<PromptMessage> messages, JsonObject meta)
        implements ServerResult {
    public GetPromptResult {
        messages = List.copyOf(messages);
    }

    public static GetPromptResult of(PromptMessage... messages) {
        return new GetPromptResult(null, List.of(messages), JsonObject.EMPTY);
    }
}
