package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the client's model for a message ({@code sampling/createMessage}). {@code tools} and {@code
 * toolChoice} need the client's {@code sampling.tools}, {@code includeContext} other than {@code
 * none} its {@code sampling.context}.
 */
public record CreateMessage(
        List<SamplingMessage> messages,
        int maxTokens,
        @Nullable String systemPrompt,
        @Nullable Double temperature,
        List<String> stopSequences,
        @Nullable ModelPreferences modelPreferences,
        @Nullable String includeContext,
        List<Tool> tools,
        @Nullable String toolChoice,
        JsonObject metadata)
        implements InputRequest {
    public CreateMessage {
        messages = List.copyOf(messages);
        stopSequences = List.copyOf(stopSequences);
        tools = List.copyOf(tools);
    }

    public static CreateMessage of(String userText, int maxTokens) {
        return new CreateMessage(
                List.of(SamplingMessage.user(userText)),
                maxTokens,
                null,
                null,
                List.of(),
                null,
                null,
                List.of(),
                null,
                JsonObject.EMPTY);
    }
}
