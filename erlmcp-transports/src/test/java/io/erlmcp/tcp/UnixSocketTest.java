package io.erlmcp.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.network.EchoEndpoint;
import io.erlmcp.network.EngineConfig;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.tls.ClientSocket;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixSocketTest {
    @TempDir Path folder;

    private TcpServerConfig config(boolean preferNative) {
        return TcpServerConfig.unix(folder.resolve("s"))
                .withEngine(new EngineConfig(preferNative, 1, 16));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Requirement("transport.tcp")
    void aClientCallsOverASocketFileThatIsItsUsersOwn(boolean preferNative) throws Exception {
        Path path = folder.resolve("s");
        try (McpServer mcp =
                McpServer.builder("test", "1")
                        .tool("hi", "Says hi", (arguments, call) -> CallToolResult.text("hi"))
                        .build()) {
            TcpServer server = TcpServer.start(config(preferNative), mcp.endpoint());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            try (McpClient client =
                    McpClient.builder(new SocketTransport(SocketClientConfig.unix(path)))
                            .connect()) {
                assertThat(client.call("hi", JsonObject.EMPTY).content())
                        .isEqualTo(CallToolResult.text("hi").content());
            }
            server.close(Duration.ofSeconds(1));
            assertThat(path).doesNotExist();
        }
    }

    @Test
    @Requirement("transport.limits")
    void aLineIsAsLongAsTheLimitAndNoLonger() throws Exception {
        EchoEndpoint echo = new EchoEndpoint();
        TcpServer server = TcpServer.start(config(true).withMaxLineBytes(50), echo);
        try (ClientSocket peer = ClientSocket.connect(folder.resolve("s"))) {
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(peer.input(), StandardCharsets.US_ASCII));
            for (int length : new int[] {50, 51}) {
                peer.output()
                        .write(("x".repeat(length) + "\n").getBytes(StandardCharsets.US_ASCII));
                peer.output().flush();
                assertThat(lines.readLine())
                        .isEqualTo(
                                length == 50
                                        ? "x".repeat(50)
                                        : "bad: a message has at most 50 bytes");
            }
        }
        server.close(Duration.ofSeconds(1));
    }

    @Test
    void theFileOfADeadServerIsReplaced() throws Exception {
        Path path = folder.resolve("s");
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(path));
        dead.close();
        assertThat(path).exists();

        TcpServer server = TcpServer.start(config(true), new EchoEndpoint());

        server.close(Duration.ZERO);
    }

    @Test
    void aLiveServerAndAnOrdinaryFileAreLeftAlone() throws Exception {
        TcpServer server = TcpServer.start(config(true), new EchoEndpoint());
        assertThatThrownBy(() -> TcpServer.start(config(true), new EchoEndpoint()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("a server listens there");
        server.close(Duration.ZERO);
        Path file = Files.writeString(folder.resolve("s"), "precious");
        assertThatThrownBy(() -> TcpServer.start(config(true), new EchoEndpoint()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("it is no socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void aPathLongerThanTheKernelTakesIsRefusedAndTheLongestIsNot() {
        Path longest = Path.of("/tmp/" + "x".repeat(102));
        assertThat(TcpServerConfig.unix(longest).transport()).isEqualTo("unix");
        assertThatThrownBy(() -> TcpServerConfig.unix(Path.of(longest + "x")))
                .hasMessageContaining("1 to 107 bytes, this one has 108");
    }
}
