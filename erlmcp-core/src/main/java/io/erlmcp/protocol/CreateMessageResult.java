package io.erlmcp.protocol;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A model's message. */
public record CreateMessageResult(
        Role role, List<SamplingContent> content, String model, @Nullable String stopReason)
        implements InputResponse {
    public CreateMessageResult {
        content = List.copyOf(content);
    }

    public static CreateMessageResult text(String text, String model) {
        return new CreateMessageResult(
                Role.ASSISTANT, List.of(new TextContent(text)), model, "endTurn");
    }

    /** All text of the message. */
    public String text() {
        return content.stream()
                .map(part -> part instanceof TextContent text ? text.text() : "")
                .collect(Collectors.joining());
    }
}
