package io.erlmcp.config;

import java.time.Duration;

/** The MCP endpoint over WebSocket, a path of the HTTP listener. */
public record WebsocketConfig(
        @Setting("Whether MCP is served over WebSocket, where it is served over HTTP.")
                boolean enabled,
        @Setting("The path of the endpoint.") String path,
        @Setting(value = "The largest message.", min = "1KB", max = "1GB") ByteSize maxMessage,
        @Setting(value = "Silence before a ping is sent.", min = "100ms", max = "1h") Duration ping,
        @Setting(
                        value = "How long a client may be silent, pings unanswered.",
                        min = "1s",
                        max = "1d")
                Duration idleTimeout,
        @Setting(
                        value =
                                "What may wait behind the message being written before nothing more"
                                        + " is read from the client; at most max_unsent.",
                        min = "1KB",
                        max = "1GB")
                ByteSize backpressure,
        @Setting(
                        value = "What may wait for a client that does not read before it is cut.",
                        min = "64KB",
                        max = "1GB")
                ByteSize maxUnsent,
        @Setting(
                        value = "How long a message may take from its first byte to its last.",
                        min = "100ms",
                        max = "1h")
                Duration messageTimeout,
        @Setting(value = "How long a client may not read before it is cut.", min = "1s", max = "1h")
                Duration writeTimeout,
        @Setting(
                        "Whether messages are compressed for clients that offer it"
                                + " (permessage-deflate); costs processor time.")
                boolean compression) {
    public static final WebsocketConfig DEFAULTS =
            new WebsocketConfig(
                    true,
                    "/mcp/ws",
                    new ByteSize(16 << 20),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    new ByteSize(100 << 10),
                    new ByteSize(4 << 20),
                    Duration.ofSeconds(25),
                    Duration.ofSeconds(20),
                    false);

    public WebsocketConfig {
        if (!path.startsWith("/") || path.length() > 200 || path.contains("?")) {
            throw new IllegalArgumentException(
                    "path: \"" + path + "\" must start with / and have no query");
        }
    }
}
