package io.erlmcp.feature;

import io.erlmcp.json.JsonSlice;

/** A call of a tool whose arguments passed the input schema. */
public record ToolCall(String name, JsonSlice arguments, CallContext context) {}
