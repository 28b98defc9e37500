package io.erlmcp.protocol;

import org.jspecify.annotations.Nullable;

/** A folder the client works on; {@code uri} starts with {@code file://}. */
public record Root(String uri, @Nullable String name) {}
