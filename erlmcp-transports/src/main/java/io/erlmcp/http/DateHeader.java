package io.erlmcp.http;

import io.erlmcp.runtime.Time;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The Date header's line, and the start of the usual answer around it, made once a second at most.
 * Thread-safe: a race makes the same bytes twice.
 */
final class DateHeader {
    private static final List<String> DAYS =
            List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final List<String> MONTHS =
            List.of(
                    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                    "Dec");

    /** RFC 9110, 5.6.7. By names of its own: those of a locale take long to be found. */
    private static final DateTimeFormatter FORMAT =
            new DateTimeFormatterBuilder()
                    .appendText(ChronoField.DAY_OF_WEEK, names(DAYS))
                    .appendLiteral(", ")
                    .appendValue(ChronoField.DAY_OF_MONTH, 2)
                    .appendLiteral(' ')
                    .appendText(ChronoField.MONTH_OF_YEAR, names(MONTHS))
                    .appendLiteral(' ')
                    .appendValue(ChronoField.YEAR, 4)
                    .appendLiteral(' ')
                    .appendValue(ChronoField.HOUR_OF_DAY, 2)
                    .appendLiteral(':')
                    .appendValue(ChronoField.MINUTE_OF_HOUR, 2)
                    .appendLiteral(':')
                    .appendValue(ChronoField.SECOND_OF_MINUTE, 2)
                    .appendLiteral(" GMT")
                    .toFormatter(Locale.ROOT);

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

    private static Map<Long, String> names(List<String> names) {
        Map<Long, String> numbered = new HashMap<>();
        for (String name : names) {
            numbered.put(numbered.size() + 1L, name);
        }
        return numbered;
    }

    private Line make(long second) {
        String text = FORMAT.format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC));
        return new Line(second, "Date: " + text + "\r\n");
    }
}
