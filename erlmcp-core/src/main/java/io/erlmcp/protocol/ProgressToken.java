package io.erlmcp.protocol;

import io.erlmcp.json.JsonValue;

/** The token of a caller who wants progress: a string or an integer, sent back as it came. */
public record ProgressToken(JsonValue value) {}
