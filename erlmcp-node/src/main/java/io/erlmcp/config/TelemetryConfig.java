package io.erlmcp.config;

/** What is measured. */
public record TelemetryConfig(
        @Setting("Whether metrics are collected and served on /metrics.") boolean metrics) {
    public static final TelemetryConfig DEFAULTS = new TelemetryConfig(true);
}
