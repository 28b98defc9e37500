package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tool answers: content for the model, structured content for programs, or a failure the
 * model can read.
 */
public record CallToolResult(
        List<ContentBlock> content,
        @Nullable JsonValue structuredContent,
        boolean isError,
        JsonObject meta)
        implements ServerResult {
    public CallToolResult {
        content = List.copyOf(content);
    }

    public static CallToolResult text(String text) {
        return new CallToolResult(List.of(new TextContent(text)), null, false, JsonObject.EMPTY);
    }

    public static CallToolResult of(ContentBlock... content) {
        return new CallToolResult(List.of(content), null, false, JsonObject.EMPTY);
    }

    /** Structured content, repeated as JSON text for peers that read only text. */
    public static CallToolResult structured(JsonValue value) {
        return new CallToolResult(
                List.of(new TextContent(value.toJson())), value, false, JsonObject.EMPTY);
    }

    public static CallToolResult error(String text) {
        return new CallToolResult(List.of(new TextContent(text)), null, true, JsonObject.EMPTY);
    }
}
