package io.erlmcp.protocol;

import java.util.List;

/** One message of a conversation with a model. */
public record SamplingMessage(Role role, List<SamplingContent> content) {
    public SamplingMessage {
        content = List.copyOf(content);
    }

    public static SamplingMessage user(String text) {
        return new SamplingMessage(Role.USER, List.of(new TextContent(text)));
    }
}
