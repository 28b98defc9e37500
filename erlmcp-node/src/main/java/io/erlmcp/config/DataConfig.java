package io.erlmcp.config;

/** Where the node keeps what must outlive it. */
public record DataConfig(
        @Setting(
                        "The folder for keys and state, made when it is missing; empty: nothing is"
                                + " written.")
                String dir) {
    public static final DataConfig DEFAULTS = new DataConfig("");
}
