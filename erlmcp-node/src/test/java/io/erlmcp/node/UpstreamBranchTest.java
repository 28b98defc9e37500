package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.config.ConfigLoader;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.config.UpstreamConfig;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.recovery.RestartLimits;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.server.McpServer;
import io.erlmcp.supervision.ChildSpec;
import io.erlmcp.supervision.Intensity;
import io.erlmcp.supervision.RestartPause;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpstreamBranchTest {
    @TempDir private Path folder;

    private UpstreamBranch branch(String yaml) throws Exception {
        Path file = folder.resolve("erlmcp.yaml");
        Files.writeString(file, yaml);
        NodeConfig config = ConfigLoader.load(file, Map.of(), Map.of()).config();
        try (McpServer server = McpServer.builder("node", "1").build()) {
            return new UpstreamBranch(
                    config, server, Observer.NONE, folder, null, it -> Optional.empty());
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
    @Requirement("upstream.restart")
    void aServerOnANetworkIsConnectedToAgainForEverFromASecondToTheLongestPause() throws Exception {
        UpstreamBranch branch =
                branch(
                        "upstreams: {a: {url: 'http://h/mcp'}, b: {url: 'http://h/mcp',"
                                + " max_restart_pause: 10ms}}");
        Duration second = Duration.ofSeconds(1);
        RestartLimits a = branch.limits(new ComponentId("upstreams/a"));

        assertThat(a.pause()).isEqualTo(new RestartPause(second, Duration.ofSeconds(30)));
        assertThat(branch.limits(new ComponentId("upstreams/b")).pause())
                .isEqualTo(new RestartPause(second, second));
        assertThat(a.intensity().restarts())
                .as("more than there can be with pauses of half of the first")
                .isGreaterThan((int) a.intensity().period().dividedBy(second.dividedBy(2)));
        assertThat(branch.spec().intensity().restarts())
                .as("its supervisor lets the advice hold")
                .isGreaterThan(a.intensity().restarts());
    }

    @Test
    @Requirement("strategist.cascade")
    void whatIsNeededBeginsToStartBeforeWhatNeedsIt() throws Exception {
        UpstreamBranch branch =
                branch(
                        "upstreams: {web: {command: [x], needs: [db]}, db: {command: [x]}, last:"
                                + " {command: [x]}}");

        assertThat(branch.spec().children())
                .extracting(ChildSpec::name)
                .containsExactly("db", "last", "web");
        assertThat(branch.needs())
                .isEqualTo(
                        Map.of(
                                new ComponentId("upstreams/web"),
                                List.of(new ComponentId("upstreams/db"))));
    }

    @Test
    @Requirement("upstream.isolated")
    void aChildIsAsNiceAsItsConfigurationSaysAndNotAtAllWithoutAWord() throws Exception {
        int own = niceOf(ProcessHandle.current().pid());

        assertThat(niceOfChild("")).isEqualTo(own);
        assertThat(niceOfChild("nice: 3")).isEqualTo(Math.min(19, own + 3));
    }

    private int niceOfChild(String setting) throws Exception {
        Path file = folder.resolve("erlmcp.yaml");
        Files.writeString(
                file,
                """
                upstreams:
                  a:
                    command: [/bin/sh, -c, "echo $$; read -r line"]
                    %s
                """
                        .formatted(setting));
        NodeConfig config = ConfigLoader.load(file, Map.of(), Map.of()).config();
        UpstreamConfig upstream = Objects.requireNonNull(config.upstreams().get("a"));
        FirstLine first = new FirstLine();
        try (ClientTransport child =
                UpstreamBranch.settings("a", upstream, folder).transport().open(line -> {}, 0)) {
            child.open(first);
            return niceOf(Long.parseLong(first.line.get()));
        }
    }

    /** The 19th word about a process, 17 behind the name in brackets. */
    private static int niceOf(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
    }

    private static final class FirstLine implements ClientReceiver {
        private final CompletableFuture<String> line = new CompletableFuture<>();

        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            return line.complete(new String(message, StandardCharsets.UTF_8));
        }

        @Override
        public void failed(RequestId id, TransportException failure) {
            line.completeExceptionally(failure);
        }

        @Override
        public void closed(TransportException failure) {
            line.completeExceptionally(failure);
        }

        @Override
        public void sessionLost(TransportException failure) {
            line.completeExceptionally(failure);
        }

        @Override
        public void observed(Event event) {}
    }

    @Test
    void aUrlOfNoTransportIsRefusedBeforeTheNodeStarts() {
        assertThatThrownBy(() -> branch("upstreams: {a: {url: 'ftp://h/x'}}"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("upstreams.a.url: \"ftp://h/x\" is no http");
    }
}
