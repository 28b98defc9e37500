package io.erlmcp.config;

import java.time.Duration;
import java.util.List;

/** The MCP endpoint over HTTP. */
public record HttpConfig(
        @Setting(
                        "Whether MCP is served over HTTP; --stdio turns it off unless a port is"
                                + " asked for.")
                boolean enabled,
        @Setting("The address to listen on; anything but loopback needs authentication.")
                String host,
        @Setting(value = "The port; 0 picks a free one.", min = "0", max = "65535") int port,
        @Setting("The path of the endpoint.") String path,
        @Setting("Host header values that are accepted beside the loopback names; no ports.")
                List<String> allowedHosts,
        @Setting(
                        "Origin header values that are accepted beside the loopback ones, such as"
                                + " https://app.example.")
                List<String> allowedOrigins,
        @Setting(
                        value =
                                "Open connections; 0: the smaller of 15,000 and 75 % of the"
                                        + " descriptor limit.",
                        min = "0",
                        max = "1000000")
                int maxConnections,
        @Setting(
                        value = "The largest request body, as sent and as decompressed.",
                        min = "1KB",
                        max = "1GB")
                ByteSize maxBody,
        @Setting(value = "The largest request line and header block.", min = "1KB", max = "48KB")
                ByteSize maxHeader,
        @Setting(
                        value = "What may wait for a client that does not read before it is cut.",
                        min = "64KB",
                        max = "1GB")
                ByteSize maxUnsent,
        @Setting(value = "How long a request's headers may take.", min = "100ms", max = "10m")
                Duration headerTimeout,
        @Setting(value = "How long a request's body may take.", min = "100ms", max = "1h")
                Duration bodyTimeout,
        @Setting(
                        value = "How long a connection may be silent between requests.",
                        min = "1s",
                        max = "1d")
                Duration idleTimeout,
        @Setting(value = "How long a client may not read before it is cut.", min = "1s", max = "1h")
                Duration writeTimeout,
        @Setting(value = "How often an open event stream gets a comment.", min = "1s", max = "1h")
                Duration keepAlive) {
    public static final HttpConfig DEFAULTS =
            new HttpConfig(
                    true,
                    "127.0.0.1",
                    8080,
                    "/mcp",
                    List.of(),
                    List.of(),
                    0,
                    new ByteSize(16 << 20),
                    new ByteSize(32 << 10),
                    new ByteSize(4 << 20),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(25),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(30));

    public HttpConfig {
        if (!path.startsWith("/")
                || path.length() > 200
                || path.contains("?")
                || path.contains("#")) {
            throw new IllegalArgumentException(
                    "path: \"" + path + "\" must start with / and have no query");
        }
        allowedHosts = List.copyOf(allowedHosts);
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
