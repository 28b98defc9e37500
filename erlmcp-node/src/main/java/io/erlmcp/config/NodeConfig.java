package io.erlmcp.config;

import java.util.List;

/**
 * All that a node is told. A record that exists is valid: {@link ConfigLoader} checked every limit.
 */
public record NodeConfig(
        @Setting("The server as clients see it.") ServerConfig server,
        @Setting("The MCP endpoint over HTTP.") HttpConfig http,
        @Setting("The MCP endpoint over WebSocket, a path of the HTTP listener.")
                WebsocketConfig websocket,
        @Setting("HTTP+SSE (2024-11-05), for clients that know nothing else: a path of the same.")
                SseConfig sse,
        @Setting("The MCP endpoint over TCP and on a Unix domain socket, one message a line.")
                TcpConfig tcp,
        @Setting("The operators' endpoint: health and metrics.") AdminConfig admin,
        @Setting("How much one node, one caller and one message may take.") LimitsConfig limits,
        @Setting("Sessions of the legacy era (up to 2025-11-25).") SessionsConfig sessions,
        @Setting("Calls of tools that outlive their requests; kept where sessions are.")
                TasksConfig tasks,
        @Setting("Who may reach the node, and the keys it seals with.") SecurityConfig security,
        @Setting("How the node stops.") DrainConfig drain,
        @Setting("Where the node keeps what must outlive it.") DataConfig data,
        @Setting("What is written to stderr.") LogConfig log,
        @Setting("What is measured.") TelemetryConfig telemetry,
        @Setting(
                        "Where tools come from: jars (paths ending in .jar, relative to the file)"
                                + " and names of provider classes on the class path. Empty: the"
                                + " built-in ones.")
                List<String> plugins) {
    /** What holds where nobody says otherwise: a working node on the loopback address. */
    public static final NodeConfig DEFAULTS =
            new NodeConfig(
                    ServerConfig.DEFAULTS,
                    HttpConfig.DEFAULTS,
                    WebsocketConfig.DEFAULTS,
                    SseConfig.DEFAULTS,
                    TcpConfig.DEFAULTS,
                    AdminConfig.DEFAULTS,
                    LimitsConfig.DEFAULTS,
                    SessionsConfig.DEFAULTS,
                    TasksConfig.DEFAULTS,
                    SecurityConfig.DEFAULTS,
                    DrainConfig.DEFAULTS,
                    DataConfig.DEFAULTS,
                    LogConfig.DEFAULTS,
                    TelemetryConfig.DEFAULTS,
                    List.of());

    public NodeConfig {
        plugins = List.copyOf(plugins);
    }
}
