package io.erlmcp.config;

import java.time.Duration;

/** Where the node keeps what must outlive it. */
public record DataConfig(
        @Setting(
                        "The folder for keys and state, made when it is missing and locked while in"
                                + " use; empty: $XDG_STATE_HOME/erlmcp/ and the server's name, or"
                                + " nothing on stdio.")
                String dir,
        @Setting(
                        value = "Values that tools keep (call.store) in a store on the disk.",
                        min = "1",
                        max = "10000000")
                int maxValues,
        @Setting(
                        value =
                                "How long a request waits for the disk before its client is told to"
                                        + " come back later.",
                        min = "100ms",
                        max = "10m")
                Duration maxWait) {
    public static final DataConfig DEFAULTS = new DataConfig("", 10_000, Duration.ofSeconds(30));
}
