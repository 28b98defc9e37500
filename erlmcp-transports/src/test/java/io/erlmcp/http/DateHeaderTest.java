package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.runtime.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DateHeaderTest {
    private static final DateTimeFormatter OF_THE_JDK =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    /** A year and a day in steps of a bit more than a day: each name of a day and a month. */
    @Test
    void itIsTheDateThatHttpAsksFor() {
        Instant now = Instant.parse("2026-11-27T23:59:59Z");
        for (int i = 0; i < 366; i++) {
            now = now.plus(Duration.ofSeconds(86_477));
            DateHeader header = new DateHeader(at(now));

            assertThat(new String(header.bytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("Date: " + OF_THE_JDK.format(now.atOffset(ZoneOffset.UTC)) + "\r\n");
        }
    }

    private static Time at(Instant now) {
        return new Time() {
            @Override
            public long nanos() {
                return 0;
            }

            @Override
            public Instant now() {
                return now;
            }
        };
    }
}
