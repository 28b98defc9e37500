package io.erlmcp.config;

import java.time.Duration;

/** How the node stops. */
public record DrainConfig(
        @Setting(
                        value = "How long calls that run may go on after a stop was asked for.",
                        min = "0s",
                        max = "1h")
                Duration timeout,
        @Setting(value = "How long closing may take after that.", min = "100ms", max = "10m")
                Duration halting) {
    public static final DrainConfig DEFAULTS =
            new DrainConfig(Duration.ofSeconds(30), Duration.ofSeconds(10));
}
