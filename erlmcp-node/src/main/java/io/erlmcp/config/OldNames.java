package io.erlmcp.config;

import java.util.List;
import java.util.Optional;

/**
 * Names that the design documents gave to keys of the configuration, and what became of them: for
 * whoever brings a file that was written after those.
 */
final class OldNames {
    private static final String ONE_REGISTRY = "the registry is one concurrent map";
    private static final String NO_TRACES = "spans are not exported; metrics are, on admin.port";
    private static final String NO_SECRETS =
            "secrets are read from the environment, and of upstream servers from"
                    + " upstreams.NAME.environment and upstreams.NAME.headers";
    private static final String ALWAYS = "there is nothing to turn on: that is always so";

    /** In the order of the documents. */
    private static final List<Old> ALL =
            List.of(
                    new Moved("port", "tcp.port", "over TCP; http.port over HTTP"),
                    new Moved("max_connections", "http.max_connections", "and tcp.max_connections"),
                    new Moved("message_queue_max_size", "message_queue_config.max_size", ""),
                    same("message_queue_config"),
                    new Gone("enable_sharded_registry", ONE_REGISTRY),
                    new Gone("registry_shards", ONE_REGISTRY),
                    new Gone("shard_rebalance_interval", ONE_REGISTRY),
                    new Gone("connection_rebalance_interval", "connections stay where they are"),
                    new Moved("enable_backpressure", "backpressure_config.enable", ""),
                    same("backpressure_config"),
                    new Moved("enable_circuit_breaker", "upstreams.NAME.breaker", "always on"),
                    new Moved("circuit_breaker_config", "upstreams.NAME.breaker", ""),
                    new Gone("enable_buffer_pooling", ALWAYS),
                    new Gone("enable_memory_optimization", ALWAYS),
                    new Gone("json_fast_path", ALWAYS),
                    new Gone("capability_cache_ttl", "capabilities are known without asking"),
                    new Gone("enable_otel_traces", NO_TRACES),
                    new Gone("otel_exporter", NO_TRACES),
                    new Gone("otel_endpoint", NO_TRACES),
                    new Gone("otel_sampling_rate", NO_TRACES),
                    new Moved("otel_enabled", "telemetry.metrics", "spans are not exported"),
                    same("health_check_interval"),
                    new Gone("metrics_interval", "metrics are made when they are asked for"),
                    new Moved("metrics_port", "admin.port", ""),
                    new Gone("dashboard_enabled", "there is no dashboard"),
                    new Gone("prometheus_url", "the node asks no Prometheus, it is asked by it"),
                    new Gone("environment", "each environment has a file of its own"),
                    new Moved("log_level", "log.level", ""),
                    new Gone("feature_flags_config", "there are no feature flags"),
                    new Moved("session_backend", "sessions.backend", "memory or disk"),
                    new Gone("secrets_backend", NO_SECRETS),
                    new Gone("vault_url", NO_SECRETS),
                    new Gone("registry_type", ONE_REGISTRY),
                    new Gone("mnesia_nodes", "sessions are kept by one node"),
                    new Gone("connection_pool_size", "an upstream server has one connection"),
                    same("resource_limits"),
                    limit("memory_hard_limit_percent", "memory_hard"),
                    limit("process_hard_limit_percent", "process_hard"),
                    limit("fd_hard_limit_percent", "fd_hard"),
                    limit("memory_degradation_threshold", "memory_degrade"),
                    limit("process_degradation_threshold", "process_degrade"),
                    limit("memory_warning_threshold", "memory_warn"),
                    limit("process_warning_threshold", "process_warn"),
                    limit("check_interval_ms", "check_interval"),
                    new Gone("alerts", "there are no alerts yet beside metrics and the log"),
                    new Moved("max_tasks", "tasks.max", ""),
                    new Moved("max_requests_inflight", "limits.max_in_flight_per_caller", ""),
                    new Gone("max_dead_letters", "what cannot be delivered is refused, not kept"),
                    new Moved("mnesia", "data.dir", "with sessions.backend: disk"),
                    new Section("erlmcp"),
                    new Section("erlmcp_core"),
                    new Section("erlmcp_observability"));

    private OldNames() {}

    /** One name. */
    sealed interface Old {
        /** As a path, as it was written at the top of a file. */
        String name();

        /** What to say of it where it is used. */
        String message();
    }

    /**
     * What has another name now.
     *
     * @param key what it is now
     * @param note more about it; empty for nothing
     */
    record Moved(String name, String key, String note) implements Old {
        @Override
        public String message() {
            return "this is " + key + " now" + (note.isEmpty() ? "" : " (" + note + ")");
        }
    }

    /** What there is nothing like. */
    record Gone(String name, String why) implements Old {
        @Override
        public String message() {
            return "nothing like it exists here: " + why;
        }
    }

    /** What held keys that stand elsewhere now. */
    record Section(String name) implements Old {
        @Override
        public String message() {
            return "there is no such section: what it held stands at the top of the file now";
        }
    }

    private static Old same(String name) {
        return new Moved(name, name, "the same");
    }

    private static Old limit(String name, String key) {
        return new Moved("resource_limits." + name, "resource_limits." + key, "");
    }

    static List<Old> all() {
        return ALL;
    }

    /**
     * What to say of a key that does not exist.
     *
     * @param path where it stands
     */
    static Optional<String> message(String path) {
        int dot = path.indexOf('.');
        boolean isInSection = dot > 0 && isSection(path.substring(0, dot));
        return find(isInSection ? path.substring(dot + 1) : path).map(Old::message);
    }

    private static Optional<Old> find(String name) {
        return ALL.stream().filter(it -> it.name().equals(name)).findFirst();
    }

    /** Whether it held keys that stand elsewhere now. */
    static boolean isSection(String path) {
        return find(path).filter(Section.class::isInstance).isPresent();
    }
}
