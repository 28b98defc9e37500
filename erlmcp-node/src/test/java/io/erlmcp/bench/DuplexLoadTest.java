package io.erlmcp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.Era;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.server.McpServer;
import io.erlmcp.tcp.TcpServer;
import io.erlmcp.tcp.TcpServerConfig;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.websocket.WebSocketServer;
import io.erlmcp.websocket.WebSocketServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Load over connections that carry messages both ways: on real servers, and on one that lies. */
@Requirement("bench.kinds")
class DuplexLoadTest {
    private static BenchReport run(String url, Era era, int payload) {
        return Bench.run(
                new BenchPlan(
                        BenchTarget.of(URI.create(url)),
                        Workload.TOOLS_CALL,
                        era,
                        "echo",
                        payload,
                        4,
                        0,
                        Duration.ZERO,
                        Duration.ofSeconds(1),
                        0),
                Time.system(),
                line -> {});
    }

    private static McpServer echo() {
        return McpServer.builder("echo", "1")
                .tool(
                        "echo",
                        "Says it again",
                        (arguments, call) ->
                                CallToolResult.text(arguments.object().requireString("text")))
                .build();
    }

    private static void isGood(BenchReport report) {
        assertThat(report.wrong()).isEmpty();
        assertThat(report.errors()).isEmpty();
        assertThat(report.latencies().count()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Era.class)
    void answersOverTcpAreCounted(Era era) {
        try (McpServer mcp = echo()) {
            TcpServer server = TcpServer.start(TcpServerConfig.tcp("127.0.0.1", 0), mcp.endpoint());
            try {
                isGood(run("tcp://127.0.0.1:" + server.port(), era, 40));
            } finally {
                server.close(Duration.ZERO);
            }
        }
    }

    @Test
    void answersOverAUnixDomainSocketAreCounted(@TempDir Path folder) {
        Path file = folder.resolve("s");
        try (McpServer mcp = echo()) {
            TcpServer server = TcpServer.start(TcpServerConfig.unix(file), mcp.endpoint());
            try {
                isGood(run("unix://" + file, Era.MODERN, 40));
            } finally {
                server.close(Duration.ZERO);
            }
        }
    }

    /** With payloads around the lengths at which a frame says its length in another way. */
    @ParameterizedTest
    @EnumSource(Era.class)
    void answersOverAWebSocketAreCounted(Era era) {
        try (McpServer mcp = echo()) {
            WebSocketServer websocket =
                    new WebSocketServer(
                            WebSocketServerConfig.defaults(),
                            mcp.endpoint(),
                            Observer.NONE,
                            ByteBudget.eighthOfHeap(),
                            ByteBudget.eighthOfHeap());
            HttpServer server =
                    HttpServer.start(
                            HttpServerConfig.defaults().withPort(0),
                            List.of(new HttpRoute("/mcp/ws", websocket)));
            try {
                for (int payload : new int[] {1, 200, 70_000}) {
                    isGood(run("ws://127.0.0.1:" + server.port() + "/mcp/ws", era, payload));
                }
            } finally {
                server.close(Duration.ZERO);
            }
        }
    }

    /** Answers each line as {@code answer} says. */
    private static BenchReport against(UnaryOperator<JsonObject> answer) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread accepting =
                    Threads.startVirtual(
                            "lines",
                            () -> {
                                try {
                                    while (true) {
                                        Socket peer = server.accept();
                                        Threads.startVirtual("peer", () -> serve(peer, answer));
                                    }
                                } catch (IOException closed) {
                                    // the test is over
                                }
                            });
            BenchReport report = run("tcp://127.0.0.1:" + server.getLocalPort(), Era.MODERN, 40);
            accepting.interrupt();
            return report;
        }
    }

    private static void serve(Socket peer, UnaryOperator<JsonObject> answer) {
        try (peer) {
            var in = new Lines(peer.getInputStream());
            while (true) {
                in.next();
                byte[] line = Arrays.copyOfRange(in.bytes(), in.from(), in.to());
                String said = answer.apply(Json.parseObject(line)).toJson() + "\n";
                peer.getOutputStream().write(said.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException closed) {
            // the load is over
        }
    }

    @Test
    void aServerThatLiesFailsTheRun() throws IOException {
        BenchReport report = against(m -> ScriptedServer.echoed(m, "x".repeat(40)));

        assertThat(report.isGood()).isFalse();
        assertThat(report.wrong()).isNotEmpty();
    }

    @Test
    void refusalsAreErrorsAndNotWrong() throws IOException {
        BenchReport report =
                against(
                        m ->
                                JsonObject.of(
                                        "jsonrpc",
                                        "2.0",
                                        "id",
                                        m.get("id"),
                                        "error",
                                        JsonObject.of("code", -31001, "message", "no")));

        assertThat(report.wrong()).isEmpty();
        assertThat(report.errors().keySet()).isEqualTo(Map.of("JSON-RPC -31001", 1).keySet());
    }

    @Test
    void otherMachinesAndOtherSchemesAreRefused() {
        for (String url :
                List.of(
                        "tcp://10.0.0.1:9",
                        "ws://example.org:80/",
                        "ftp://127.0.0.1:1",
                        "tcp://localhost",
                        "unix:")) {
            assertThatThrownBy(() -> BenchTarget.of(URI.create(url)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
