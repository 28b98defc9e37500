package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The contents of a resource inside a result or a prompt. */
public record EmbeddedResource(
        ResourceContents resource, @Nullable Annotations annotations, JsonObject meta)
        implements ContentBlock {
    public EmbeddedResource(ResourceContents resource) {
        this(resource, null, JsonObject.EMPTY);
    }
}
