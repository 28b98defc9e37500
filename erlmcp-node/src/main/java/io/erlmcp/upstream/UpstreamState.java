package io.erlmcp.upstream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an upstream server is.
 *
 * @param link to it; null while it is not there
 * @param since when
 * @param reason why it is not there; empty when it is
 * @param starts how often it was connected to
 */
record UpstreamState(@Nullable Link link, Instant since, String reason, int starts) {
    boolean isUp() {
        return link != null;
    }
}
