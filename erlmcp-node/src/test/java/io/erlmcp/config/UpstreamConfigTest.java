package io.erlmcp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamConfigTest {
    @TempDir private Path folder;

    private LoadedConfig load(String yaml) throws ConfigException, IOException {
        Path file = folder.resolve("erlmcp.yaml");
        Files.writeString(file, yaml);
        return ConfigLoader.load(file, Map.of(), Map.of());
    }

    private void refuses(String yaml, String message) {
        assertThatThrownBy(() -> load(yaml))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e ->
                                assertThat(e.problems())
                                        .anySatisfy(it -> assertThat(it).contains(message)));
    }

    @Test
    @Requirement("cb.config")
    void eachUpstreamIsReadWithItsOwnKeysAndTheDefaultsOfTheRest() throws Exception {
        NodeConfig config =
                load("""
                upstreams:
                  files:
                    command: [npx, -y, server]
                    environment: {TOKEN: s3cret, MODE: "1"}
                    breaker: {failure_threshold: 7, timeout: 10s}
                  far:
                    url: https://example.com/mcp
                    changed_tools: hold
                """)
                        .config();

        assertThat(config.upstreams().keySet()).containsExactly("files", "far");
        UpstreamConfig files = config.upstreams().get("files");
        assertThat(files).isNotNull();
        assertThat(files.command()).isEqualTo(List.of("npx", "-y", "server"));
        assertThat(files.environment()).isEqualTo(Map.of("TOKEN", "s3cret", "MODE", "1"));
        assertThat(files.breaker().failureThreshold()).isEqualTo(7);
        assertThat(files.breaker().timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(files.breaker().halfOpenRequests()).isEqualTo(3);
        UpstreamConfig far = config.upstreams().get("far");
        assertThat(far).isNotNull();
        assertThat(far.changedTools()).isEqualTo(UpstreamConfig.Changed.HOLD);
        assertThat(far.breaker()).isEqualTo(BreakerConfig.DEFAULTS);
    }

    @Test
    void mistakesNameTheUpstreamTheKeyAndTheLimit() {
        refuses(
                "upstreams: {a: {command: [x], call_timout: 1s}}",
                "upstreams.a.call_timout: no such key; did you mean upstreams.a.call_timeout?");
        refuses("upstreams: {a: {prefix: x}}", "upstreams.a: command or url must be given");
        refuses("upstreams: {a: {command: [x], url: 'http://h'}}", "give either command or url");
        refuses("upstreams: {'a b': {command: [x]}}", "1 to 50 letters");
        refuses("upstreams: {a: {command: [x], max_running: 0}}", "\"0\" is below the least value");
        refuses("upstreams: {a: b}", "upstreams.a: holds keys, not a value");
        refuses("upstreams: [a]", "upstreams: holds entries by name");
        refuses(
                "upstreams: {a: {command: [x], environment: [T]}}",
                "upstreams.a.environment: the value is not texts by name");
    }

    @Test
    void whatHoldsForChildrenAloneIsRefusedBesideAUrlAlsoWhereItIsTheDefault() throws Exception {
        String why = " means nothing beside upstreams.a.url: a server on a network is connected to";
        for (String key : List.of("restart: permanent", "restart: temporary", "max_restarts: 5")) {
            String name = key.substring(0, key.indexOf(':'));
            refuses(
                    "upstreams: {a: {url: 'http://h', " + key + "}}",
                    "upstreams.a." + name + ":" + why);
            assertThat(load("upstreams: {a: {command: [x], " + key + "}}").config().upstreams())
                    .containsKey("a");
        }
        assertThat(
                        load("upstreams: {a: {url: 'http://h', max_restart_pause: 2s}}")
                                .config()
                                .upstreams())
                .containsKey("a");
    }

    @Test
    void aChildIsNiceByZeroToNineteenAndNoMore() throws Exception {
        for (int nice : new int[] {0, 19}) {
            UpstreamConfig config =
                    load("upstreams: {a: {command: [x], nice: " + nice + "}}")
                            .config()
                            .upstreams()
                            .get("a");
            assertThat(config).isNotNull();
            assertThat(config.nice()).isEqualTo(nice);
        }
        refuses(
                "upstreams: {a: {command: [x], nice: 20}}",
                "upstreams.a.nice: \"20\" is above the greatest value");
        refuses(
                "upstreams: {a: {command: [x], nice: -1}}",
                "upstreams.a.nice: \"-1\" is below the least value");
    }

    @Test
    void aChildYieldsAfterTheTimeThatIsSetAndNeverForZero() throws Exception {
        assertThat(UpstreamConfig.DEFAULTS.yieldAfter()).isEqualTo(Duration.ofMillis(250));
        for (Duration after : List.of(Duration.ZERO, Duration.ofHours(1))) {
            UpstreamConfig config =
                    load("upstreams: {a: {command: [x], yield_after: " + after.toSeconds() + "s}}")
                            .config()
                            .upstreams()
                            .get("a");
            assertThat(config).isNotNull();
            assertThat(config.yieldAfter()).isEqualTo(after);
        }
        refuses(
                "upstreams: {a: {command: [x], yield_after: 3601s}}",
                "upstreams.a.yield_after: \"3601s\" is above the greatest value");
    }

    @Test
    @Requirement("strategist.cascade")
    void whatAServerNeedsIsReadAndBeginsBeforeIt() throws Exception {
        NodeConfig config =
                load("""
                upstreams:
                  web: {command: [x], needs: [api, cache]}
                  api: {command: [x], needs: [db]}
                  alone: {command: [x]}
                  db: {url: "http://localhost:1/mcp"}
                  cache: {command: [x]}
                """)
                        .config();

        UpstreamConfig web = config.upstreams().get("web");
        assertThat(web).isNotNull();
        assertThat(web.needs()).isEqualTo(List.of("api", "cache"));
        assertThat(UpstreamConfig.DEFAULTS.needs()).isEmpty();
        assertThat(UpstreamNeeds.startOrder(config.upstreams()))
                .containsExactly("alone", "db", "cache", "api", "web");
    }

    @Test
    @Requirement("strategist.cascade")
    void aNeedThatCannotBeIsRefusedWithTheKeyTheValueAndTheCycle() {
        String file = folder.resolve("erlmcp.yaml") + ": ";
        refuses(
                "upstreams: {files: {command: [x]}, a: {command: [x], needs: [fils]}}",
                file
                        + "upstreams.a.needs: there is no upstream server \"fils\"; did you mean"
                        + " files?");
        refuses(
                "upstreams: {a: {command: [x], needs: [a]}}",
                file + "upstreams.a.needs: \"a\" is the server itself");
        refuses(
                "upstreams: {b: {command: [x]}, a: {command: [x], needs: [b, b]}}",
                "upstreams.a.needs: \"b\" is there twice");
        refuses(
                """
                upstreams:
                  outside: {command: [x], needs: [a, free]}
                  a: {command: [x], needs: [free, b]}
                  b: {command: [x], needs: [c]}
                  c: {command: [x], needs: [a]}
                  free: {command: [x]}
                """,
                file + "upstreams.a.needs: \"b\" closes a cycle: a needs b needs c needs a");
        refuses(
                "upstreams: {a: {command: [x], needs: [b]}, b: {command: [x], needs: [a]}}",
                "upstreams.a.needs: \"b\" closes a cycle: a needs b needs a");
    }

    @Test
    @Requirement("strategist.cascade")
    void aServerNeedsAsManyOthersAsTheLimitAndNoMore() throws Exception {
        assertThat(load(starOf(UpstreamConfig.MAX_NEEDS)).config().upstreams()).hasSize(21);
        refuses(
                starOf(UpstreamConfig.MAX_NEEDS + 1),
                "upstreams.a.needs: 21 names are more than 20");
    }

    private static String starOf(int needs) {
        StringBuilder yaml = new StringBuilder("upstreams:\n");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < needs; i++) {
            names.add("s" + i);
            yaml.append("  s").append(i).append(": {command: [x]}\n");
        }
        return yaml.append("  a: {command: [x], needs: ").append(names).append("}\n").toString();
    }

    @Test
    @Requirement("upstream.secrets")
    void whatMayBeASecretIsNeverPrinted() throws Exception {
        LoadedConfig loaded =
                load(
                        """
                        upstreams:
                          a:
                            url: https://example.com/mcp
                            headers: {Authorization: Bearer s3cret}
                          b:
                            command: [x]
                            environment: {TOKEN: s3cret}
                        """);

        assertThat(loaded.toYaml())
                .contains("  a:\n", "    headers: {Authorization: \"***\"}")
                .contains(
                        "    environment: {TOKEN: \"***\"}",
                        "    breaker:\n      failure_threshold: 5")
                .doesNotContain("s3cret");
        assertThat(loaded.config().toString()).doesNotContain("s3cret");
    }
}
