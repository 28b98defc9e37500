package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.config.ConfigLoader;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.recovery.RestartLimits;
import io.erlmcp.server.McpServer;
import io.erlmcp.supervision.Intensity;
import io.erlmcp.supervision.RestartPause;
import io.erlmcp.testing.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamBranchTest {
    @TempDir private Path folder;

    private UpstreamBranch branch(String yaml) throws Exception {
        Path file = folder.resolve("erlmcp.yaml");
        Files.writeString(file, yaml);
        NodeConfig config =
                ConfigLoader.load(file, java.util.Map.of(), java.util.Map.of()).config();
        try (McpServer server = McpServer.builder("node", "1").build()) {
            return new UpstreamBranch(config, server, Observer.NONE, folder, null);
        }
    }

    @Test
    @Requirement("upstream.restart")
    void eachServerHasItsOwnLimitsAndAllElseTheUsual() throws Exception {
        UpstreamBranch branch =
                branch(
                        "upstreams: {a: {command: [x]}, b: {command: [x], max_restarts: 7,"
                                + " max_restart_pause: 10ms}}");

        assertThat(branch.limits(new ComponentId("upstreams/a"))).isEqualTo(RestartLimits.DEFAULTS);
        assertThat(branch.limits(new ComponentId("upstreams/b")))
                .isEqualTo(
                        new RestartLimits(
                                new Intensity(7, Duration.ofSeconds(60)),
                                new RestartPause(Duration.ofMillis(10), Duration.ofMillis(10))));
        assertThat(branch.limits(new ComponentId("listeners/http")))
                .isEqualTo(RestartLimits.DEFAULTS);
    }

    @Test
    void aUrlOfNoTransportIsRefusedBeforeTheNodeStarts() {
        assertThatThrownBy(() -> branch("upstreams: {a: {url: 'ftp://h/x'}}"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("upstreams.a.url: \"ftp://h/x\" is no http");
    }
}
