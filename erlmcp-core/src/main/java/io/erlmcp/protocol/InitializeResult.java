package io.erlmcp.protocol;

import org.jspecify.annotations.Nullable;

/** The answer to {@code initialize} (legacy era). */
public record InitializeResult(
        Revision revision,
        ServerCapabilities capabilities,
        Implementation serverInfo,
        @Nullable String instructions)
        implements ServerResult {}
