package io.erlmcp.http;

import static io.erlmcp.http.HttpClientServer.events;
import static io.erlmcp.http.HttpClientServer.json;
import static io.erlmcp.http.HttpClientServer.result;
import static io.erlmcp.http.HttpClientServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.Call;
import io.erlmcp.client.ClientBuilder;
import io.erlmcp.client.ClientEvent;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.Tool;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Eras, headers, sessions and origins. */
@Requirement("transport.http")
class StreamableHttpClientTransportTest {
    private static final String ERROR =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32020,\"message\":\"headers\"}}";
    private static final String CONTENTS =
            """
            {"resultType":"complete","contents":[{"uri":"test://ü","text":"x"}],"ttlMs":0,\
            "cacheScope":"private"}\
            """;
    private static final String GOOD =
            """
            {"name":"good","inputSchema":{"type":"object",\
            "properties":{"r":{"type":"string","x-mcp-header":"Region"}}}}\
            """;
    private static final String BAD =
            """
            {"name":"bad","inputSchema":{"type":"object",\
            "properties":{"r":{"type":"number","x-mcp-header":"Region"}}}}\
            """;

    private static String tools(String... listed) {
        return "{\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\",\"tools\":["
                + String.join(",", listed)
                + "]}";
    }

    private static final String HI = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";
    private static final String MODERN_HI =
            "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";

    private static HttpClientConfig config(HttpClientServer server) {
        return HttpClientConfig.of(server.url())
                .withReconnects(3, Duration.ofMillis(20), Duration.ofSeconds(1));
    }

    private static ClientBuilder client(HttpClientServer server) {
        return McpClient.builder(new StreamableHttpClientTransport(config(server)));
    }

    @Test
    void theHandshakeBringsSessionAndVersionAndCloseEndsTheSession() throws IOException {
        try (HttpClientServer server =
                HttpClientServer.legacy()
                        .on(
                                "tools/call",
                                (exchange, request) -> json(exchange, result(request, HI)))) {
            try (McpClient client = client(server).connect()) {
                assertThat(client.revision()).isEqualTo(Revision.R2025_11_25);
                assertThat(client.call("x", JsonObject.EMPTY).content()).hasSize(1);
                await().until(() -> server.heard("GET").size() == 1);
            }
            assertThat(server.heard("initialize").getFirst().headers())
                    .doesNotContainKey("Mcp-session-id");
            HttpClientServer.Heard call = server.heard("tools/call").getFirst();
            assertThat(call.header("Mcp-session-id")).isEqualTo("s1");
            assertThat(call.header("Mcp-protocol-version")).isEqualTo("2025-11-25");
            assertThat(call.header("Accept")).isEqualTo("application/json, text/event-stream");
            assertThat(server.heard("DELETE").getFirst().header("Mcp-session-id")).isEqualTo("s1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405})
    void aProbeRefusedInOtherWordsLeadsToTheHandshake(int status) throws IOException {
        try (HttpClientServer server =
                        HttpClientServer.legacy()
                                .on(
                                        "server/discover",
                                        (exchange, request) -> status(exchange, status));
                McpClient client = client(server).connect()) {
            assertThat(client.revision()).isEqualTo(Revision.R2025_11_25);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 500, 503})
    void whatSaysNothingAboutErasIsPassedOn(int status) throws IOException {
        try (HttpClientServer server =
                HttpClientServer.legacy()
                        .on("server/discover", (exchange, request) -> status(exchange, status))) {
            assertThatThrownBy(() -> client(server).connect())
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.status()).isEqualTo(status));
            assertThat(server.heard("initialize")).isEmpty();
        }
    }

    @Test
    void aRefusalInWordsOfTheModernEraStaysModern() throws IOException {
        try (HttpClientServer server =
                HttpClientServer.legacy()
                        .on("server/discover", (exchange, request) -> json(exchange, 400, ERROR))) {
            assertThatThrownBy(() -> client(server).connect()).isInstanceOf(McpException.class);
            assertThat(server.heard("initialize")).isEmpty();
        }
    }

    @Test
    void modernRequestsCarryTheirHeaders() throws IOException {
        try (HttpClientServer server =
                HttpClientServer.modern()
                        .on(
                                "resources/read",
                                (exchange, request) -> json(exchange, result(request, CONTENTS)))) {
            try (McpClient client = client(server).connect()) {
                client.readResource("test://ü");
            }
            HttpClientServer.Heard read = server.heard("resources/read").getFirst();
            assertThat(read.header("Mcp-protocol-version")).isEqualTo("2026-07-28");
            assertThat(read.header("Mcp-method")).isEqualTo("resources/read");
            assertThat(read.header("Mcp-name")).isEqualTo("=?base64?dGVzdDovL8O8?=");
            assertThat(server.heard("DELETE")).isEmpty();
        }
    }

    @Test
    void toolsWithWrongHeaderAnnotationsAreLeftOutAndOthersAreMirrored() throws IOException {
        List<Object> events = new CopyOnWriteArrayList<>();
        try (HttpClientServer server =
                HttpClientServer.modern()
                        .on(
                                "tools/list",
                                (exchange, request) ->
                                        json(exchange, result(request, tools(GOOD, BAD))))
                        .on(
                                "tools/call",
                                (exchange, request) ->
                                        json(exchange, result(request, MODERN_HI)))) {
            try (McpClient client = client(server).observer(events::add).connect()) {
                assertThat(client.tools()).extracting(Tool::name).containsExactly("good");
                client.call("good", JsonObject.of("r", " x"));
            }
            assertThat(server.heard("tools/call").getFirst().header("Mcp-param-region"))
                    .isEqualTo("=?base64?IHg=?=");
            assertThat(events).hasAtLeastOneElementOfType(ClientEvent.ToolExcluded.class);
        }
    }

    @Test
    void aHeaderMismatchRefreshesTheToolsAndTriesOnceMore() throws IOException {
        try (HttpClientServer server =
                HttpClientServer.modern()
                        .on(
                                "tools/list",
                                (exchange, request) -> json(exchange, result(request, tools(GOOD))))
                        .on(
                                "tools/call",
                                (exchange, request) -> {
                                    if (exchange.getRequestHeaders()
                                            .containsKey("Mcp-Param-Region")) {
                                        json(exchange, result(request, MODERN_HI));
                                    } else {
                                        json(
                                                exchange,
                                                400,
                                                "{\"jsonrpc\":\"2.0\",\"id\":"
                                                        + request.get("id")
                                                        + ERROR.substring(
                                                                ERROR.indexOf(",\"error")));
                                    }
                                })) {
            try (McpClient client = client(server).connect()) {
                assertThat(client.call("good", JsonObject.of("r", "eu")).content()).hasSize(1);
            }
            assertThat(server.heard("tools/list")).hasSize(1);
            assertThat(server.heard("tools/call")).hasSize(2);
        }
    }

    @Test
    void aSessionThatTheServerForgotIsReplacedOnceAndTheRequestSentAgain() throws IOException {
        AtomicInteger sessions = new AtomicInteger();
        try (HttpClientServer server =
                HttpClientServer.legacy()
                        .on(
                                "initialize",
                                (exchange, request) -> {
                                    exchange.getResponseHeaders()
                                            .add(
                                                    "Mcp-Session-Id",
                                                    "s" + sessions.incrementAndGet());
                                    json(
                                            exchange,
                                            result(
                                                    request,
                                                    """
                                                    {"protocolVersion":"2025-11-25","capabilities":{},\
                                                    "serverInfo":{"name":"s","version":"1"}}\
                                                    """));
                                })
                        .on(
                                "tools/call",
                                (exchange, request) -> {
                                    if (exchange.getRequestHeaders()
                                            .getFirst("Mcp-Session-Id")
                                            .equals("s1")) {
                                        // as one that was started again: on other connections
                                        exchange.getResponseHeaders().add("Connection", "close");
                                        status(exchange, 404);
                                    } else {
                                        json(exchange, result(request, HI));
                                    }
                                })) {
            try (McpClient client = client(server).era(EraChoice.LEGACY).connect()) {
                List<Call<CallToolResult>> calls =
                        IntStream.range(0, 8)
                                .mapToObj(i -> client.start("x", JsonObject.EMPTY))
                                .toList();
                assertThat(calls).allSatisfy(call -> assertThat(call.await().content()).hasSize(1));
            }
            assertThat(sessions).hasValue(2);
            assertThat(server.heard("initialize").getLast().headers())
                    .doesNotContainKey("Mcp-session-id");
        }
    }

    @Test
    @Requirement("security.client")
    void redirectsStayWithinTheOriginAndCredentialsToo() throws IOException {
        try (HttpClientServer other = HttpClientServer.modern();
                HttpClientServer server = HttpClientServer.modern()) {
            server.on(
                    "tools/list",
                    (exchange, request) -> {
                        exchange.getResponseHeaders().add("Location", other.url());
                        status(exchange, 307);
                    });
            server.on(
                    "prompts/get",
                    (exchange, request) -> {
                        if (exchange.getRequestURI().getPath().equals("/moved")) {
                            json(
                                    exchange,
                                    result(
                                            request,
                                            "{\"resultType\":\"complete\",\"messages\":[]}"));
                        } else {
                            exchange.getResponseHeaders().add("Location", "/moved");
                            status(exchange, 308);
                        }
                    });
            StreamableHttpClientTransport transport =
                    new StreamableHttpClientTransport(
                            config(server).withHeader("Authorization", "Bearer secret"));
            try (McpClient client = McpClient.builder(transport).connect()) {
                assertThat(client.getPrompt("p", Map.of()).messages()).isEmpty();
                assertThatThrownBy(client::tools)
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("another origin");
            }
            assertThat(other.heard).isEmpty();
            assertThat(server.heard("server/discover").getFirst().header("Authorization"))
                    .isEqualTo("Bearer secret");
        }
        assertThat(
                        HttpClientConfig.of("http://a/b")
                                .withHeader("Authorization", "Bearer secret")
                                .toString())
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://a/b",
                "http://user:pw@a/b",
                "http:///b",
                "jar:http://a!/b"
            })
    @Requirement("security.client")
    void onlyPlainWebAddressesAreServers(String url) {
        assertThatThrownBy(() -> HttpClientConfig.of(url))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() {
        assertThatThrownBy(
                        () ->
                                McpClient.builder(
                                                StreamableHttpClientTransport.to(
                                                        "http://127.0.0.1:1/mcp"))
                                        .connect())
                .isInstanceOfSatisfying(
                        TransportException.class,
                        e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.UNREACHABLE));
    }
}
