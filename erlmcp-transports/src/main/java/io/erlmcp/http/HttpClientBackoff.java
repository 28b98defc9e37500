package io.erlmcp.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long to wait before a stream is opened again. */
final class HttpClientBackoff {
    private HttpClientBackoff() {}

    /**
     * What the server asked for, else a pause that doubles with each attempt in a row; never more
     * than the maximum.
     */
    static Duration delay(HttpClientConfig config, int attempt, @Nullable Duration retry) {
        int doublings = Math.clamp(attempt - (retry == null ? 1 : 2), 0, 20);
        Duration doubled = config.firstBackoff().multipliedBy(1L << doublings);
        Duration wanted = retry == null ? doubled : attempt == 1 ? retry : max(retry, doubled);
        return wanted.compareTo(config.maxBackoff()) > 0 ? config.maxBackoff() : wanted;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
