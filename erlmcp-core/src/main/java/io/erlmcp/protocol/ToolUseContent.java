package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;

/** A model's wish to use a tool, in sampling. */
public record ToolUseContent(String id, String name, JsonObject input, JsonObject meta)
        implements SamplingContent {}
