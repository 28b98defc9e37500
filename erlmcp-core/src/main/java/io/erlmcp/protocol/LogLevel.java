package io.erlmcp.protocol;

import java.util.Locale;
import java.util.Optional;

/** Severity of a log message, in the order of RFC 5424, least severe first. */
public enum LogLevel {
    DEBUG,
    INFO,
    NOTICE,
    WARNING,
    ERROR,
    CRITICAL,
    ALERT,
    EMERGENCY;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The level as written on the wire. */
    public String text() {
        return text;
    }

    public static Optional<LogLevel> of(String text) {
        for (LogLevel level : values()) {
            if (level.text.equals(text)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
