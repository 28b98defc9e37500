package io.erlmcp.feature;

import org.jspecify.annotations.Nullable;

/** User code behind a tool whose arguments and answer are Java types; as {@link ToolHandler}. */
@FunctionalInterface
public interface TypedTool<I, O extends @Nullable Object> {
    O call(I input, CallContext context) throws Exception;
}
