package io.erlmcp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigLoaderTest {
    @TempDir Path folder;

    @Test
    void withoutAnythingTheDefaultsHold() throws Exception {
        LoadedConfig loaded = ConfigLoader.load(null, Map.of(), Map.of());

        assertThat(loaded.config()).isEqualTo(NodeConfig.DEFAULTS);
        assertThat(loaded.config().http().port()).isEqualTo(8080);
        assertThat(loaded.config().admin().port()).isEqualTo(9090);
        assertThat(loaded.sources()).isEmpty();
    }

    @Test
    void flagWinsOverEnvironmentOverFileOverDefault() throws Exception {
        Path file =
                file(
                        """
                        http:
                          host: 127.0.0.2
                          port: 1001
                          idle_timeout: 7s
                        """);
        Map<String, String> environment =
                Map.of("ERLMCP_HTTP_PORT", "1002", "ERLMCP_HTTP_IDLE_TIMEOUT", "8s");

        LoadedConfig loaded = ConfigLoader.load(file, environment, Map.of("http.port", "1003"));

        assertThat(loaded.config().http().port()).isEqualTo(1003);
        assertThat(loaded.config().http().idleTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(loaded.config().http().host()).isEqualTo("127.0.0.2");
        assertThat(loaded.config().http().path()).isEqualTo("/mcp");
        assertThat(loaded.sources())
                .containsEntry("http.port", "--port")
                .containsEntry("http.idle_timeout", "ERLMCP_HTTP_IDLE_TIMEOUT")
                .containsEntry("http.host", file.toString());
    }

    @Test
    void everyKindOfValueIsRead() throws Exception {
        Path file =
                file(
                        """
                        http: {max_body: 2MB, allowed_origins: [https://a.example, https://b.example]}
                        security: {allow_public_bind_without_authentication: true}
                        drain: {timeout: 1m}
                        log: {level: debug}
                        plugins: [tools.jar]
                        """);

        NodeConfig config = ConfigLoader.load(file, Map.of(), Map.of()).config();

        assertThat(config.http().maxBody()).isEqualTo(new ByteSize(2 << 20));
        assertThat(config.http().allowedOrigins())
                .containsExactly("https://a.example", "https://b.example");
        assertThat(config.security().allowPublicBindWithoutAuthentication()).isTrue();
        assertThat(config.drain().timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.log().level()).isEqualTo(LogConfig.Level.DEBUG);
        assertThat(config.plugins()).containsExactly("tools.jar");
    }

    @Test
    void listsInTheEnvironmentAreSeparatedByCommas() throws Exception {
        NodeConfig config =
                ConfigLoader.load(null, Map.of("ERLMCP_PLUGINS", "a.jar, b.jar"), Map.of())
                        .config();

        assertThat(config.plugins()).containsExactly("a.jar", "b.jar");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http: {prot: 1}          | http.prot: no such key; did you mean http.port?",
                "port: 1                  | port: this is tcp.port now (over TCP; http.port over"
                        + " HTTP)",
                "htpp: {port: 1}          | htpp: no such key; did you mean http?",
                "http: 8080               | http: holds keys, not a value; allowed keys: enabled,"
                        + " host, port",
                "http: {port: abc}        | http.port: \"abc\" is not a whole number",
                "http: {port: 65536}      | http.port: \"65536\" is above the greatest value 65535",
                "http: {port: -1}         | http.port: \"-1\" is below the least value 0",
                "http: {port: [1]}        | http.port: \"[1]\" is not a whole number",
                "http: {idle_timeout: 5}  | http.idle_timeout: \"5\" is not a duration such as",
                "http: {max_body: 16XB}   | http.max_body: \"16XB\" is not a size such as",
                "http: {max_body: 2GB}    | http.max_body: \"2GB\" is above the greatest value 1GB",
                "http: {path: mcp}        | http.path: \"mcp\" must start with /",
                "log: {level: loud}       | log.level: \"loud\" is not one of trace, debug, info,"
                        + " warn, error, off",
                "security: {allow_public_bind_without_authentication: yes} | is not true or false",
                "plugins: {a: b}          | plugins: \"{a=b}\" is not a list of texts",
                "http: {port: 1, port: 2} | is not valid YAML",
                "'[1, 2]'                 | must hold keys and values at the top",
            })
    void whatIsWrongIsNamedWithKeyValueAndLimit(String yaml, String message) throws Exception {
        Path file = file(yaml.startsWith("'") ? yaml.substring(1, yaml.length() - 1) : yaml);

        assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void unknownKeysListWhatIsAllowed() throws Exception {
        Path file = file("drain: {time: 1s}");

        assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), Map.of()))
                .hasMessageContaining("(allowed in drain: timeout, halting)");
    }

    @Test
    void allProblemsAreReportedAtOnce() throws Exception {
        Path file = file("http: {port: x}\nlog: {level: y}\nwhat: 1\n");

        ConfigException e =
                catchThrowableOfType(
                        ConfigException.class,
                        () -> ConfigLoader.load(file, Map.of("ERLMCP_ADMIN_PORT", "z"), Map.of()));

        assertThat(e.problems()).hasSize(4);
    }

    @Test
    void aMissingFileIsSaidPlainly() {
        Path file = folder.resolve("nowhere.yaml");

        assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), Map.of()))
                .hasMessage(file + ": cannot be read (no such file)");
    }

    @Test
    void anUnknownVariableIsAWarningAndForeignOnesAreNot() throws Exception {
        Map<String, String> environment =
                Map.of(
                        "ERLMCP_HTPP_PORT",
                        "1",
                        "ERLMCP_JAVA_OPTS",
                        "-Xmx1g",
                        "ERLMCP_LAUNCH",
                        "conformance io.erlmcp.node.Main",
                        "ERLMCP_SERVICE_HOST",
                        "10.0.0.1",
                        "PATH",
                        "/");

        assertThat(ConfigLoader.load(null, environment, Map.of()).warnings())
                .containsExactly(
                        "ERLMCP_HTPP_PORT: ignored, no key has this name; did you mean"
                                + " ERLMCP_HTTP_PORT?");
    }

    @Test
    void portZeroMeansAFreeAdminPortTooUnlessOneIsSet() throws Exception {
        Map<String, String> free = Map.of("http.port", "0");

        assertThat(ConfigLoader.load(null, Map.of(), free).config().admin().port()).isZero();
        assertThat(
                        ConfigLoader.load(null, Map.of("ERLMCP_ADMIN_PORT", "9191"), free)
                                .config()
                                .admin()
                                .port())
                .isEqualTo(9191);
    }

    @Test
    @Requirement("security.operations")
    void secretsAreMaskedInWhatIsPrintedAndInProblems() throws Exception {
        String key = java.util.Base64.getEncoder().encodeToString(new byte[32]);

        String yaml =
                ConfigLoader.load(null, Map.of("ERLMCP_SECURITY_STATE_KEYS", key), Map.of())
                        .toYaml();

        assertThat(yaml)
                .doesNotContain(key)
                .contains("state_keys: [\"***\"]   # from ERLMCP_SECURITY_STATE_KEYS");
        assertThatThrownBy(
                        () ->
                                ConfigLoader.load(
                                        null,
                                        Map.of("ERLMCP_SECURITY_STATE_KEYS", "c2VjcmV0"),
                                        Map.of()))
                .hasMessageContaining("security.state_keys[0]: has 6 bytes, must have 32")
                .hasMessageNotContaining("c2VjcmV0");
    }

    @Test
    void thePrintedConfigurationReadsBackAsTheSame() throws Exception {
        Path first =
                file(
                        "http: {port: 1234, allowed_hosts: [a.example]}\n"
                                + "server: {instructions: \"a \\\"b\\\" c\"}");
        LoadedConfig loaded = ConfigLoader.load(first, Map.of(), Map.of());

        Path second = file(loaded.toYaml());

        assertThat(ConfigLoader.load(second, Map.of(), Map.of()).config())
                .isEqualTo(loaded.config());
    }

    static Stream<ConfigKey> bounded() {
        return ConfigKey.all().stream()
                .filter(it -> !it.isSection() && !it.setting().min().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("bounded")
    @Requirement("transport.limits")
    void everyLimitHoldsAtTheEdgeAndNotBeyond(ConfigKey key) throws Exception {
        for (String edge : List.of(key.setting().min(), key.setting().max())) {
            if (!edge.isEmpty()) {
                ConfigLoader.load(null, Map.of(key.variable(), edge), Map.of());
            }
        }
        for (String beyond : beyond(key)) {
            assertThatThrownBy(
                            () -> ConfigLoader.load(null, Map.of(key.variable(), beyond), Map.of()))
                    .hasMessageContaining(key.path())
                    .hasMessageContaining(beyond);
        }
    }

    private static List<String> beyond(ConfigKey key) {
        return switch (key.defaultValue()) {
            case Integer n ->
                    List.of(
                            "" + (Integer.parseInt(key.setting().min()) - 1),
                            "" + (Integer.parseInt(key.setting().max()) + 1));
            case Duration d -> {
                long min = Durations.parse(key.setting().min()).toMillis();
                long max = Durations.parse(key.setting().max()).toMillis();
                yield min == 0 ? List.of(max + 1 + "ms") : List.of(min - 1 + "ms", max + 1 + "ms");
            }
            default -> {
                long min = ByteSize.parse(key.setting().min()).bytes();
                String max = key.setting().max();
                List<String> above =
                        max.isEmpty() ? List.of() : List.of(ByteSize.parse(max).bytes() + 1 + "B");
                yield min == 0
                        ? above
                        : Stream.concat(Stream.of(min - 1 + "B"), above.stream()).toList();
            }
        };
    }

    @Test
    void everyVariableNamesOneKey() {
        assertThat(ConfigKey.all().stream().map(ConfigKey::variable)).doesNotHaveDuplicates();
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "erlmcp", ".yaml"), yaml);
    }
}
