package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a web page in somebody's browser can do to a node with no configuration: nothing. */
@Requirement("security.browser")
class BrowserTest {
    private static final JsonObject CALL =
            Rpc.modern(1, "tools/call", Rpc.call("echo", JsonObject.of("text", "hello")));

    private static NodeProcess node;

    @BeforeAll
    static void startNode() throws Exception {
        node = Fixture.plain().start("--port", "0");
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    private static String post(String host, String more) {
        String body = CALL.toJson();
        return RawHttp.postHead(
                                URI.create("http://" + host + "/mcp"),
                                body.length(),
                                RawHttp.modernHeaders(CALL))
                        .replaceFirst("\r\n", "\r\n" + more)
                + body;
    }

    private static String own() {
        return node.mcp().getAuthority();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:80",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "0.0.0.0",
                "[::]"
            })
    void aHostThatIsNotOursIsRefusedOnBothPorts(String host) throws IOException {
        assertThat(Served.raw(node.mcp(), post(host, "")).status()).isEqualTo(403);
        String page = "GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        assertThat(Served.raw(node.admin(), page).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "https://127.0.0.1.evil.example",
                "http://localhost.evil.example",
                "http://localhost@evil.example",
                "file://",
                "null"
            })
    void anOriginThatIsNotOursIsRefusedOnBothPortsAndTheToolDoesNotRun(String origin)
            throws IOException {
        String header = "Origin: " + origin + "\r\n";
        RawHttp.Answer refused = Served.raw(node.mcp(), post(own(), header));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).doesNotContain("hello");
        assertThat(refused.head().headers()).doesNotContainKey("access-control-allow-origin");
        String page =
                "GET /metrics HTTP/1.1\r\nHost: "
                        + node.admin().getAuthority()
                        + "\r\n"
                        + header
                        + "\r\n";
        assertThat(Served.raw(node.admin(), page).status()).isEqualTo(403);
    }

    @Test
    void anOriginOfThisMachineIsAllowedByNameAndNeverAllOrigins() throws IOException {
        String origin = "http://localhost:6274";
        Map<String, String> headers =
                Served.raw(node.mcp(), post(own(), "Origin: " + origin + "\r\n")).head().headers();
        assertThat(headers).containsEntry("access-control-allow-origin", origin);

        String preflight =
                "OPTIONS /mcp HTTP/1.1\r\nHost: "
                        + own()
                        + "\r\nOrigin: "
                        + origin
                        + "\r\nAccess-Control-Request-Method: POST\r\n\r\n";
        RawHttp.Answer allowed = Served.raw(node.mcp(), preflight);
        assertThat(allowed.status()).isBetween(200, 204);
        assertThat(allowed.head().headers().values()).doesNotContain("*");

        RawHttp.Answer foreign =
                Served.raw(node.mcp(), preflight.replace("localhost:6274", "evil.example"));
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.head().headers()).doesNotContainKey("access-control-allow-origin");
    }

    /** What a page may send to any site without asking first. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "text/plain;application/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x"
            })
    void onlyJsonIsTakenForABody(String type) throws IOException {
        String request =
                post(own(), "").replace("Content-Type: application/json", "Content-Type: " + type);
        RawHttp.Answer refused = Served.raw(node.mcp(), request);
        assertThat(refused.status()).isEqualTo(415);
        assertThat(refused.text()).doesNotContain("hello");
    }

    @Test
    void onlyThisMachineIsListenedToUnlessConfigured() throws IOException {
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (InetAddress address : network.inetAddresses().toList()) {
                if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
                    assertRefused(new InetSocketAddress(address, node.mcp().getPort()));
                    assertRefused(new InetSocketAddress(address, node.admin().getPort()));
                }
            }
        }
    }

    private static void assertRefused(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            assertThatThrownBy(() -> socket.connect(address, 5_000))
                    .isInstanceOf(ConnectException.class);
        }
    }
}
