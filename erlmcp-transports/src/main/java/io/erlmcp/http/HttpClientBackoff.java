package io.erlmcp.http;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** How long to wait before a stream is opened again. */
final class HttpClientBackoff {
    private static final int MAX_DIGITS = 9;

    private HttpClientBackoff() {}

    /**
     * What the server asked for, else a pause that doubles with each attempt in a row; never more
     * than the maximum.
     */
    static Duration delay(HttpClientConfig config, int attempt, @Nullable Duration retry) {
        int doublings = Math.clamp(attempt - (retry == null ? 1 : 2), 0, 20);
        Duration doubled = config.reconnects().first().multipliedBy(1L << doublings);
        Duration wanted = retry == null ? doubled : attempt == 1 ? retry : max(retry, doubled);
        return wanted.compareTo(config.reconnects().longest()) > 0
                ? config.reconnects().longest()
                : wanted;
    }

    /**
     * When a busy server wants to be asked again: {@code Retry-After} in seconds, or as a time,
     * which counts from the server's own {@code Date}. Null where it does not say or makes no
     * sense.
     */
    static @Nullable Duration retryAfter(HttpHeaders headers) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        if (value.isEmpty()) {
            return null;
        }
        if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return value.length() > MAX_DIGITS ? null : Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Instant now = instant(headers.firstValue("Date").orElse(""));
            Duration wait = Duration.between(now, instant(value));
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static Instant instant(String httpDate) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.parse(httpDate.strip(), Instant::from);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
