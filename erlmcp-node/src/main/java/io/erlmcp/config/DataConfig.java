package io.erlmcp.config;

/** Where the node keeps what must outlive it. */
public record DataConfig(
        @Setting(
                        "The folder for keys and state, made when it is missing and locked while in"
                                + " use; empty: $XDG_STATE_HOME/erlmcp/ and the server's name, or"
                                + " nothing on stdio.")
                String dir) {
    public static final DataConfig DEFAULTS = new DataConfig("");
}
