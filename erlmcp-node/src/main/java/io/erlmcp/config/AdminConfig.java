package io.erlmcp.config;

/** The operators' endpoint. */
public record AdminConfig(
        @Setting("Whether the endpoint is served; --stdio turns it off unless a port is asked for.")
                boolean enabled,
        @Setting("The address to listen on; anything but loopback needs authentication.")
                String host,
        @Setting(
                        value =
                                "The port; 0 picks a free one, as does http.port 0 where this one"
                                        + " is not set.",
                        min = "0",
                        max = "65535")
                int port) {
    public static final AdminConfig DEFAULTS = new AdminConfig(true, "127.0.0.1", 9090);
}
