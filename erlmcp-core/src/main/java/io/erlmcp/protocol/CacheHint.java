package io.erlmcp.protocol;

import java.time.Duration;

/**
 * How long a result stays fresh, and whether it is the same for every caller. Sent to modern peers
 * only.
 */
public record CacheHint(Duration ttl, boolean isPublic) {
    public static final CacheHint NONE = new CacheHint(Duration.ZERO, false);

    public CacheHint {
        if (ttl.isNegative()) {
            throw new IllegalArgumentException("ttl must not be negative: " + ttl);
        }
    }
}
