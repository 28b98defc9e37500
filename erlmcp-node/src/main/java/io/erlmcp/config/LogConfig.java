package io.erlmcp.config;

/** What is written to stderr. */
public record LogConfig(@Setting("The least severe level that is written.") Level level) {
    public static final LogConfig DEFAULTS = new LogConfig(Level.INFO);

    /** Severity of log lines, most talkative first. */
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR,
        OFF
    }
}
