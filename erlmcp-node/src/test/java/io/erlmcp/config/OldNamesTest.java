package io.erlmcp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.erlmcp.testing.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of keys in the design documents. */
@Requirement("config.names")
class OldNamesTest {
    /** All that the documents name. */
    private static final List<String> NAMED =
            List.of(
                    "port max_connections message_queue_max_size message_queue_config",
                    "enable_sharded_registry registry_shards shard_rebalance_interval",
                    "connection_rebalance_interval enable_backpressure backpressure_config",
                    "enable_circuit_breaker circuit_breaker_config enable_buffer_pooling",
                    "enable_memory_optimization json_fast_path capability_cache_ttl",
                    "enable_otel_traces otel_exporter otel_endpoint otel_enabled",
                    "otel_sampling_rate health_check_interval metrics_interval metrics_port",
                    "dashboard_enabled prometheus_url environment log_level",
                    "feature_flags_config session_backend secrets_backend vault_url",
                    "registry_type mnesia_nodes connection_pool_size resource_limits alerts",
                    "max_tasks max_requests_inflight max_dead_letters");

    @TempDir Path folder;

    private List<String> problems(String yaml) throws Exception {
        Path file = folder.resolve("erlmcp.yaml");
        Files.writeString(file, yaml);
        ConfigException refused =
                catchThrowableOfType(
                        ConfigException.class, () -> ConfigLoader.load(file, Map.of(), Map.of()));
        return refused.getMessage()
                .lines()
                .map(line -> line.strip().replace(file + ": ", ""))
                .toList();
    }

    @Test
    void eachNameOfTheDocumentsIsAKeyOrHasARow() {
        Set<String> named =
                NAMED.stream()
                        .flatMap(line -> List.of(line.split(" ")).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(OldNames.all().stream().map(OldNames.Old::name)).containsAll(named);
        assertThat(OldNames.all().stream().map(OldNames.Old::name)).doesNotHaveDuplicates();
    }

    @Test
    void whatANameIsNowExists() {
        Map<String, ConfigKey> keys = new HashMap<>();
        ConfigKey.all().forEach(key -> keys.put(key.path(), key));
        ConfigKey.ofEntry("upstreams.NAME.", UpstreamConfig.DEFAULTS)
                .forEach(key -> keys.put(key.path(), key));
        for (OldNames.Old old : OldNames.all()) {
            if (old instanceof OldNames.Moved moved) {
                assertThat(keys).as(moved.name()).containsKey(moved.key());
                assertThat(keys.containsKey(moved.name()))
                        .as(moved.name())
                        .isEqualTo(moved.name().equals(moved.key()));
            } else {
                assertThat(keys).doesNotContainKey(old.name());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "session_backend: erlmcp_session_dets | session_backend: this is sessions.backend"
                        + " now (memory or disk)",
                "max_tasks: 10000 | max_tasks: this is tasks.max now",
                "max_requests_inflight: 100 | max_requests_inflight: this is"
                        + " limits.max_in_flight_per_caller now",
                "circuit_breaker_config: {failure_threshold: 5} | circuit_breaker_config: this is"
                        + " upstreams.NAME.breaker now",
                "resource_limits: {memory_hard_limit_percent: 97} |"
                        + " resource_limits.memory_hard_limit_percent: this is"
                        + " resource_limits.memory_hard now",
                "max_dead_letters: 1000 | max_dead_letters: nothing like it exists here: what"
                        + " cannot be delivered is refused, not kept",
                "alerts: {critical: {}} | alerts: nothing like it exists here: there are no alerts"
                        + " yet beside metrics and the log",
            })
    void aFileThatUsesOneIsToldWhatItIsNow(String yaml, String message) throws Exception {
        assertThat(problems(yaml)).containsExactly(message);
    }

    @Test
    void theyAreKnownWhereTheDocumentsPutThemToo() throws Exception {
        assertThat(problems("erlmcp: {max_connections: 15000, registry_shards: 256, http: {}}"))
                .containsExactly(
                        "erlmcp: there is no such section: what it held stands at the top of the"
                                + " file now",
                        "erlmcp.max_connections: this is http.max_connections now (and"
                                + " tcp.max_connections)",
                        "erlmcp.registry_shards: nothing like it exists here: the registry is one"
                                + " concurrent map");
        assertThat(problems("erlmcp_observability: {metrics_port: 9090}"))
                .contains("erlmcp_observability.metrics_port: this is admin.port now");
    }

    @Test
    void theEnvironmentIsWarnedOf() throws Exception {
        assertThat(ConfigLoader.load(null, Map.of("ERLMCP_MAX_TASKS", "7"), Map.of()).warnings())
                .containsExactly(
                        "ERLMCP_MAX_TASKS: ignored, no key has this name; this is tasks.max now");
    }

    @Test
    void whatNobodyEverNamedIsNoOldName() throws Exception {
        assertThat(problems("tasks: {maxx: 1}")).first().asString().contains("no such key");
        assertThat(OldNames.message("http.max_tasks")).isEmpty();
        assertThat(OldNames.message("other.max_tasks")).isEmpty();
    }
}
