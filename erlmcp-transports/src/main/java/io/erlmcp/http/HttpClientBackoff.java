package io.erlmcp.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long to wait before a stream is opened again. */
final class HttpClientBackoff {
    private HttpClientBackoff() {}

    /** What the server asked for, else a pause that doubles with each attempt in a row; never more than the maximum. */
    static Duration delay(HttpClientConfig config, int attempt, @Nullable Duration retry) {
        Duration wanted = retry == null
                ? config.firstBackoff().multipliedBy(1L << Math.min(20, Math.max(0, attempt - 1)))
                : attempt == 1 ? retry : max(retry, config.firstBackoff().multipliedBy(1L << Math.min(20, attempt - 2)));
        return wanted.compareTo(config.maxBackoff()) > 0 ? config.maxBackoff() : wanted;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
