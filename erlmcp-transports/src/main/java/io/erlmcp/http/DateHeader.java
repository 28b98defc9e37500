package io.erlmcp.http;

import io.erlmcp.runtime.Time;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The Date header's line, and the start of the usual answer around it, made once a second at most.
 * Thread-safe: a race makes the same bytes twice.
 */
final class DateHeader {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private static final class Line {
        private final long second;
        private final byte[] bytes;
        private final byte[] startOfJson;

        Line(long second, String text) {
            this.second = second;
            this.bytes = Ascii.bytes(text);
            this.startOfJson =
                    Ascii.bytes(
                            "HTTP/1.1 200 OK\r\n"
                                    + text
                                    + "content-type: application/json\r\nContent-Length: ");
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
        return line().bytes;
    }

    /** The head of an answer 200 in JSON, up to the value of its Content-Length. */
    byte[] startOfJson() {
        return line().startOfJson;
    }

    private Line line() {
        long second = time.now().getEpochSecond();
        Line current = line;
        if (current.second != second) {
            current = make(second);
            line = current;
        }
        return current;
    }

    private Line make(long second) {
        String text = FORMAT.format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC));
        return new Line(second, "Date: " + text + "\r\n");
    }
}
