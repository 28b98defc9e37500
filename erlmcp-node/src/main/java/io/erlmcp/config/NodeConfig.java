package io.erlmcp.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        @Setting("TLS 1.3 in front of HTTP, WebSocket, HTTP+SSE and TCP.") TlsConfig tls,
        @Setting("The operators' endpoint: health and metrics.") AdminConfig admin,
        @Setting("How much one node, one caller and one message may take.") LimitsConfig limits,
        @Setting("The list of calls that wait for a place.") MessageQueueConfig messageQueueConfig,
        @Setting("When calls of low priority are shed.") BackpressureConfig backpressureConfig,
        @Setting("At which share of a resource the node warns, holds back, and ends.")
                ResourceLimitsConfig resourceLimits,
        @Setting(
                        value =
                                "How often every health check runs; they are spread over this"
                                        + " time.",
                        min = "100ms",
                        max = "1h")
                Duration healthCheckInterval,
        @Setting("Sessions of the legacy era (up to 2025-11-25).") SessionsConfig sessions,
        @Setting(
                        "Moving sessions from one store to another, where sessions.backend is"
                                + " migrating.")
                MigrationSettings migration,
        @Setting("Calls of tools that outlive their requests; kept where sessions are.")
                TasksConfig tasks,
        @Setting("Who may reach the node, and the keys it seals with.") SecurityConfig security,
        @Setting("How the node stops.") DrainConfig drain,
        @Setting("Where the node keeps what must outlive it.") DataConfig data,
        @Setting("Components that are stopped, and the receipts of what was done.")
                AndonConfig andon,
        @Setting("What is remembered of components that failed.") RecoveryConfig recovery,
        @Setting("What is written to stderr.") LogConfig log,
        @Setting("What is measured.") TelemetryConfig telemetry,
        @Setting(
                        "Where tools come from: jars (paths ending in .jar, relative to the file)"
                                + " and names of provider classes on the class path. Empty: the"
                                + " built-in ones.")
                List<String> plugins,
        @Setting(
                        "Upstream servers, whose tools, resources and prompts stand in the node's"
                                + " own lists; each has a name.")
                Map<String, UpstreamConfig> upstreams) {
    /** What holds where nobody says otherwise: a working node on the loopback address. */
    public static final NodeConfig DEFAULTS =
            new NodeConfig(
                    ServerConfig.DEFAULTS,
                    HttpConfig.DEFAULTS,
                    WebsocketConfig.DEFAULTS,
                    SseConfig.DEFAULTS,
                    TcpConfig.DEFAULTS,
                    TlsConfig.DEFAULTS,
                    AdminConfig.DEFAULTS,
                    LimitsConfig.DEFAULTS,
                    MessageQueueConfig.DEFAULTS,
                    BackpressureConfig.DEFAULTS,
                    ResourceLimitsConfig.DEFAULTS,
                    Duration.ofSeconds(5),
                    SessionsConfig.DEFAULTS,
                    MigrationSettings.DEFAULTS,
                    TasksConfig.DEFAULTS,
                    SecurityConfig.DEFAULTS,
                    DrainConfig.DEFAULTS,
                    DataConfig.DEFAULTS,
                    AndonConfig.DEFAULTS,
                    RecoveryConfig.DEFAULTS,
                    LogConfig.DEFAULTS,
                    TelemetryConfig.DEFAULTS,
                    List.of(),
                    Map.of());

    public NodeConfig {
        plugins = List.copyOf(plugins);
        upstreams = Collections.unmodifiableMap(new LinkedHashMap<>(upstreams));
        upstreams.forEach(
                (name, it) -> {
                    if (it.command().isEmpty() && it.url().isEmpty()) {
                        throw new IllegalArgumentException(
                                "upstreams." + name + ": command or url must be given");
                    }
                });
        UpstreamNeeds.check(upstreams);
    }
}
