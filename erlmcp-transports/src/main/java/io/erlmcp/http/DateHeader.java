package io.erlmcp.http;

import io.erlmcp.runtime.Time;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The Date header's line, made once a second at most. Thread-safe: a race makes the same line
 * twice.
 */
final class DateHeader {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private static final class Line {
        private final long second;
        private final byte[] bytes;

        Line(long second, byte[] bytes) {
            this.second = second;
            this.bytes = bytes;
        }
    }

    private final Time time;
    private volatile Line line;

    DateHeader(Time time) {
        this.time = time;
        this.line = make(time.now().getEpochSecond());
    }

    /** {@code Date: ...} with its line end. */
    byte[] bytes() {
        long second = time.now().getEpochSecond();
        Line current = line;
        if (current.second != second) {
            current = make(second);
            line = current;
        }
        return current.bytes;
    }

    private Line make(long second) {
        String text = FORMAT.format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC));
        return new Line(second, Ascii.bytes("Date: " + text + "\r\n"));
    }
}
