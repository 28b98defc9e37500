package io.erlmcp.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to {@code server/discover} (modern era). */
public record DiscoverResult(
        List<String> supportedVersions,
        ServerCapabilities capabilities,
        @Nullable String instructions,
        CacheHint cache)
        implements ServerResult {
    public DiscoverResult {
        supportedVersions = List.copyOf(supportedVersions);
    }
}
