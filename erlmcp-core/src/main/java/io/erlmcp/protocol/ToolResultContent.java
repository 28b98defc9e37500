package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of a tool that a model asked for, in sampling. */
public record ToolResultContent(
        String toolUseId,
        List<ContentBlock> content,
        @Nullable JsonValue structuredContent,
        boolean isError,
        JsonObject meta)
        implements SamplingContent {
    public ToolResultContent {
        content = List.copyOf(content);
    }
}
