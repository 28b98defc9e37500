package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import java.util.List;

/** The contents of a resource. */
public record ReadResourceResult(List<ResourceContents> contents, CacheHint cache, JsonObject meta)
        implements ServerResult {
    public ReadResourceResult {
        contents = List.copyOf(contents);
    }

    public static ReadResourceResult of(ResourceContents... contents) {
        return new ReadResourceResult(List.of(contents), CacheHint.NONE, JsonObject.EMPTY);
    }
}
