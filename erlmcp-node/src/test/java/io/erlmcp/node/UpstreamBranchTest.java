package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.config.ConfigLoader;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.server.McpServer;
import io.erlmcp.supervision.Failure;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.RestartAdvisor;
import io.erlmcp.testing.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
            return new UpstreamBranch(config, server, Observer.NONE, folder);
        }
    }

    private static Failure failure(String component, int restarts) {
        return new Failure(new ComponentId(component), Instant.EPOCH, null, restarts, restarts + 1);
    }

    @Test
    @Requirement("upstream.restart")
    void theFifthCrashLeadsToARestartAndTheSixthDoesNot() throws Exception {
        RestartAdvisor advisor =
                branch("upstreams: {a: {command: [x]}}").advisor(RestartAdvisor.atOnce());

        assertThat(advisor.advise(failure("upstreams/a", 4)))
                .isInstanceOf(RestartAdvice.After.class);
        assertThat(advisor.advise(failure("upstreams/a", 5)))
                .isEqualTo(new RestartAdvice.Halt("started again 5 times within 60 s"));
        assertThat(advisor.advise(failure("listeners/http", 5)))
                .isInstanceOf(RestartAdvice.After.class);
    }

    @Test
    void aUrlOfNoTransportIsRefusedBeforeTheNodeStarts() {
        assertThatThrownBy(() -> branch("upstreams: {a: {url: 'ftp://h/x'}}"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("upstreams.a.url: \"ftp://h/x\" is no http");
    }
}
