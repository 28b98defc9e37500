package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.config.ConfigLoader;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.server.ServerLimits;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.store.StoreConfig;
import io.erlmcp.testing.Requirement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A node that is told nothing has the bounds of the library, and each key reaches its bound. */
@Requirement("transport.limits")
class SettingsTest {
    @Test
    void withoutAConfigurationTheBoundsAreThoseOfTheLibrary() {
        assertThat(Settings.server(NodeConfig.DEFAULTS)).isEqualTo(ServerLimits.DEFAULTS);
        HttpServerConfig usual = HttpServerConfig.defaults();
        HttpServerConfig http = Settings.http(NodeConfig.DEFAULTS.http());
        assertThat(http.withLimits(usual.limits())).isEqualTo(usual);
        assertThat(http.limits().withMaxConnections(usual.limits().maxConnections()))
                .isEqualTo(usual.limits());
    }

    @Test
    void whatMayStayOfAMessageIsConfigured() throws Exception {
        Map<String, String> environment =
                Map.of(
                        "ERLMCP_LIMITS_MAX_SUBSCRIBED_URI",
                        "64",
                        "ERLMCP_LIMITS_MAX_SUBSCRIPTION_PATTERNS",
                        "3",
                        "ERLMCP_LIMITS_MAX_HANDSHAKE",
                        "1KB",
                        "ERLMCP_LIMITS_MAX_JSON_DEPTH",
                        "7",
                        "ERLMCP_SESSIONS_MAX_METADATA_ENTRIES",
                        "5",
                        "ERLMCP_SESSIONS_MAX_METADATA",
                        "2KB",
                        "ERLMCP_SESSIONS_INITIALIZE_TIMEOUT",
                        "9s");
        NodeConfig config = ConfigLoader.load(null, environment, Map.of()).config();
        SessionLimits sessions = Settings.server(config).sessions();
        assertThat(sessions.kept()).isEqualTo(new SessionLimits.KeptBounds(64, 1024, 3, 5, 2048));
        assertThat(sessions.json().maxDepth()).isEqualTo(7);
        assertThat(sessions.initializeTimeout()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void howManyQuestionsAreOpenAndHowLongTheDiskMayTakeIsConfigured() throws Exception {
        Map<String, String> environment =
                Map.of(
                        "ERLMCP_LIMITS_MAX_QUESTIONS",
                        "7",
                        "ERLMCP_DATA_MAX_VALUES",
                        "12",
                        "ERLMCP_DATA_MAX_WAIT",
                        "3s");
        NodeConfig config = ConfigLoader.load(null, environment, Map.of()).config();
        assertThat(Settings.server(config).sessions().maxQuestions()).isEqualTo(7);
        StoreConfig store = Settings.store(config, Path.of("somewhere"));
        assertThat(store.maxValues()).isEqualTo(12);
        assertThat(store.patience()).isEqualTo(Duration.ofSeconds(3));
        Path folder = Path.of("somewhere");
        assertThat(Settings.store(NodeConfig.DEFAULTS, folder))
                .isEqualTo(
                        StoreConfig.in(folder)
                                .withEvents(Settings.eventBounds(NodeConfig.DEFAULTS)));
    }

    @Test
    void noLogHoldsMoreThanAClientThatComesBackCanBeSentAtOnce() throws Exception {
        assertThat(bytesOfEvents("1MB", "2MB")).isEqualTo(512 << 10);
        assertThat(bytesOfEvents("1MB", "512KB")).isEqualTo(512 << 10);
        assertThat(bytesOfEvents("1MB", "256KB")).isEqualTo(256 << 10);
    }

    private static int bytesOfEvents(String unsent, String events) throws Exception {
        Map<String, String> environment =
                Map.of("ERLMCP_HTTP_MAX_UNSENT", unsent, "ERLMCP_SESSIONS_MAX_EVENT_BYTES", events);
        NodeConfig config = ConfigLoader.load(null, environment, Map.of()).config();
        return Settings.server(config).sessions().events().maxBytes();
    }
}
