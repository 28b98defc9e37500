package io.erlmcp.config;

import java.time.Duration;

/** The MCP endpoint over TCP and on a Unix domain socket, one message a line. */
public record TcpConfig(
        @Setting("Whether MCP is served over TCP.") boolean enabled,
        @Setting("The address to listen on; anything but loopback needs authentication.")
                String host,
        @Setting(value = "The port; 0 picks a free one.", min = "0", max = "65535") int port,
        @Setting(
                        "The file of a Unix domain socket to serve as well, made with mode 0600;"
                                + " empty: none.")
                String socket,
        @Setting(
                        value =
                                "Open connections of each; 0: the smaller of 15,000 and 75 % of the"
                                        + " descriptor limit.",
                        min = "0",
                        max = "1000000")
                int maxConnections,
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
        @Setting(
                        value =
                                "How long a connection may be silent on which nothing is under"
                                        + " way.",
                        min = "1s",
                        max = "1d")
                Duration idleTimeout,
        @Setting(value = "How long a client may not read before it is cut.", min = "1s", max = "1h")
                Duration writeTimeout) {
    public static final TcpConfig DEFAULTS =
            new TcpConfig(
                    false,
                    "127.0.0.1",
                    9999,
                    "",
                    0,
                    new ByteSize(100 << 10),
                    new ByteSize(4 << 20),
                    Duration.ofSeconds(25),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(20));
}
