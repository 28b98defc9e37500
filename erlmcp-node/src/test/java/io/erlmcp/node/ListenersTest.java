package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.client.McpClient;
import io.erlmcp.connect.Options;
import io.erlmcp.connect.Target;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.tcp.SocketClientConfig;
import io.erlmcp.tcp.SocketTransport;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.testing.TestCertificates;
import io.erlmcp.tls.TlsClientConfig;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.websocket.WebSocketTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every transport of a node, in a process of its own. */
class ListenersTest {
    @RegisterExtension final SideThreads threads = new SideThreads();

    @TempDir Path folder;

    private Map<String, String> everything() {
        return Map.of(
                "ERLMCP_TCP_ENABLED",
                "true",
                "ERLMCP_TCP_PORT",
                "0",
                "ERLMCP_TCP_SOCKET",
                folder.resolve("s").toString());
    }

    private static ClientTransport transport(String url) {
        return url.startsWith("ws")
                ? WebSocketTransport.to(url)
                : new SocketTransport(SocketClientConfig.of(URI.create(url)));
    }

    private static McpClient client(ClientTransport transport) {
        return McpClient.builder(transport)
                .timeout(Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS))
                .connect();
    }

    @Test
    @Requirement({"transport.tcp", "transport.ws"})
    void theReadyLineNamesEveryTransportAndEachAnswers() throws Exception {
        try (NodeProcess node = NodeProcess.start(everything(), "serve", "--port", "0")) {
            JsonObject ready = node.awaitReady();
            assertThat(ready.requireString("tcp")).matches("tcp://127\\.0\\.0\\.1:[0-9]+");
            assertThat(ready.requireString("unix")).isEqualTo("unix://" + folder.resolve("s"));
            assertThat(ready.requireString("ws")).matches("ws://127\\.0\\.0\\.1:[0-9]+/mcp/ws");
            assertThat(ready.requireString("sse")).endsWith("/mcp/sse");
            for (String name : new String[] {"tcp", "unix", "ws"}) {
                try (McpClient client = client(transport(ready.requireString(name)))) {
                    assertThat(client.call("echo", JsonObject.of("text", name)).content())
                            .isEqualTo(CallToolResult.text(name).content());
                }
            }
            HttpResponse<String> metrics =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            ready.requireString("admin")
                                                                    + "/metrics"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(metrics.body())
                    .contains(
                            "erlmcp_messages_total{direction=\"in\",transport=\"websocket\"}",
                            "erlmcp_message_bytes_total{direction=\"out\",transport=\"tcp\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix", "ws"})
    @Requirement("R19")
    void sigtermLetsACallFinishOnEachTransport(String name) throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("erlmcp.yaml"),
                        "plugins: [" + TestTools.class.getName() + "]\n");
        try (NodeProcess node =
                NodeProcess.start(
                        everything(), "serve", "--port", "0", "--config", config.toString())) {
            JsonObject ready = node.awaitReady();
            JsonObject wait = JsonObject.of("ms", 1500);
            try (McpClient client = client(transport(ready.requireString(name)))) {
                FutureTask<CallToolResult> result =
                        threads.call("caller", () -> client.call("wait", wait));
                node.awaitErrLine("waiting");
                node.terminate();
                assertThat(result.get().content())
                        .isEqualTo(CallToolResult.text("waited").content());
            }
            assertThat(node.exitCode()).isZero();
        }
    }

    @Test
    void aPublicAddressWithoutAuthenticationIsRefusedForTcpToo() {
        try (NodeProcess node =
                NodeProcess.start(
                        Map.of("ERLMCP_TCP_ENABLED", "true", "ERLMCP_TCP_HOST", "0.0.0.0"),
                        "serve",
                        "--port",
                        "0")) {
            assertThat(node.exitCode()).isEqualTo(1);
            assertThat(node.err()).contains("tcp.host: \"0.0.0.0\" can be reached from other");
        }
    }

    private Map<String, String> secured(TestCertificates authority) throws Exception {
        TestCertificates.Pair own = authority.server();
        return Map.of(
                "ERLMCP_TCP_ENABLED",
                "true",
                "ERLMCP_TCP_PORT",
                "0",
                "ERLMCP_WEBSOCKET_COMPRESSION",
                "true",
                "ERLMCP_TLS_CERTIFICATE",
                file("server.pem", own.certificate()),
                "ERLMCP_TLS_KEY",
                file("server.key", own.key()),
                "ERLMCP_TLS_CLIENT_CA",
                file("ca.pem", authority.authority()));
    }

    private String file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    @Requirement("transport.tls-all")
    void withACertificateEveryNetworkTransportSpeaksTlsAndTheCommandsToo() throws Exception {
        TestCertificates authority = new TestCertificates("ca");
        TestCertificates.Pair ada = authority.client("ada");
        try (NodeProcess node = NodeProcess.start(secured(authority), "serve", "--port", "0")) {
            JsonObject ready = node.awaitReady();
            assertThat(ready.requireString("mcp")).startsWith("https://");
            assertThat(ready.requireString("sse")).startsWith("https://");
            assertThat(ready.requireString("ws")).startsWith("wss://");
            assertThat(ready.requireString("tcp")).startsWith("tcps://");
            Options shown =
                    Options.NONE.withTls(
                            new TlsClientConfig(
                                    authority.authority(), ada.certificate(), ada.key()));
            for (String name : new String[] {"mcp", "sse", "ws", "tcp"}) {
                try (McpClient client =
                        client(Target.url(ready.requireString(name)).transport(shown))) {
                    assertThat(client.call("echo", JsonObject.of("text", name)).content())
                            .isEqualTo(CallToolResult.text(name).content());
                }
            }
            String[] call = {
                "call",
                ready.requireString("mcp"),
                "echo",
                "text=hi",
                "--ca",
                folder.resolve("ca.pem").toString(),
                "--cert",
                file("ada.pem", ada.certificate()),
                "--key",
                file("ada.key", ada.key())
            };
            try (NodeProcess command = NodeProcess.start(Map.of(), call)) {
                assertThat(command.exitCode()).isZero();
                assertThat(command.out()).contains("hi");
            }
            try (NodeProcess stranger =
                    NodeProcess.start(
                            Map.of(),
                            "list",
                            ready.requireString("mcp"),
                            "--ca",
                            folder.resolve("ca.pem").toString())) {
                assertThat(stranger.exitCode()).isEqualTo(1);
            }
        }
    }

    @Test
    @Requirement("transport.tls-all")
    void certificatesThatCannotBeUsedAreSaidBeforeAnythingListens() throws Exception {
        Map<String, String> wrong = new HashMap<>(secured(new TestCertificates("ca")));
        wrong.put(
                "ERLMCP_TLS_KEY", file("other.key", new TestCertificates("other").server().key()));
        try (NodeProcess node = NodeProcess.start(wrong, "serve", "--port", "0")) {
            assertThat(node.exitCode()).isEqualTo(1);
            assertThat(node.err())
                    .contains("tls: the key does not belong to the certificate")
                    .doesNotContain("BEGIN PRIVATE");
        }
    }

    @Test
    void tlsAloneOpensNoPublicAddress() throws Exception {
        Map<String, String> open = new HashMap<>(secured(new TestCertificates("ca")));
        open.put("ERLMCP_HTTP_HOST", "0.0.0.0");
        try (NodeProcess node = NodeProcess.start(open, "serve", "--port", "0")) {
            assertThat(node.exitCode()).isEqualTo(1);
            assertThat(node.err()).contains("http.host: \"0.0.0.0\" can be reached from other");
        }
    }
}
