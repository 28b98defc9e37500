package io.erlmcp.http;

import static io.erlmcp.http.HttpClientServer.events;
import static io.erlmcp.http.HttpClientServer.json;
import static io.erlmcp.http.HttpClientServer.result;
import static io.erlmcp.http.HttpClientServer.status;
import static io.erlmcp.http.HttpClientServer.write;

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
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.Tool;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.TransportException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

class StreamableHttpClientTransportTest {
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
                        .on(
                                "server/discover",
                                (exchange, request) ->
                                        json(
                                                exchange,
                                                400,
                                                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32020,\"message\":\"headers\"}}"))) {
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
                                (exchange, request) ->
                                        json(
                                                exchange,
                                                result(
                                                        request,
                                                        """
                                                        {"resultType":"complete","contents":[{"uri":"test://ü","text":"x"}],"ttlMs":0,\
                                                        "cacheScope":"private"}\
                                                        """)))) {
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
                                        json(
                                                exchange,
                                                result(
                                                        request,
                                                        """
                                                        {"resultType":"complete","ttlMs":0,"cacheScope":"private","tools":[
                                                        {"name":"good","inputSchema":{"type":"object",
                                                        "properties":{"r":{"type":"string","x-mcp-header":"Region"}}}},
                                                        {"name":"bad","inputSchema":{"type":"object",
                                                        "properties":{"r":{"type":"number","x-mcp-header":"Region"}}}}]}\
                                                        """
                                                                .replace("\n", " "))))
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
                                (exchange, request) ->
                                        json(
                                                exchange,
                                                result(
                                                        request,
                                                        """
                                                        {"resultType":"complete","ttlMs":0,"cacheScope":"private","tools":[{"name":"good",\
                                                        "inputSchema":{"type":"object","properties":{"r":{"type":"string",\
                                                        "x-mcp-header":"Region"}}}}]}\
                                                        """)))
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
                                                        + ",\"error\":{\"code\":-32020,\"message\":\"Mcp-Param-Region\"}}");
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
    @Requirement("transport.sse.resume")
    void aLegacyStreamThatEndsEarlyIsOpenedAgainBehindItsLastEvent() throws IOException {
        CountDownLatch called = new CountDownLatch(1);
        JsonObject[] call = new JsonObject[1];
        try (HttpClientServer server =
                HttpClientServer.legacy()
                        .on(
                                "tools/call",
                                (exchange, request) -> {
                                    call[0] = request;
                                    called.countDown();
                                    try (OutputStream out = events(exchange)) {
                                        write(out, "id: e-1\nretry: 30\ndata:\n\n");
                                    }
                                })
                        .on(
                                "GET",
                                (exchange, request) -> {
                                    if (!exchange.getRequestHeaders()
                                            .containsKey("Last-Event-ID")) {
                                        status(exchange, 405);
                                        return;
                                    }
                                    try (OutputStream out = events(exchange)) {
                                        write(
                                                out,
                                                "id: e-2\ndata: " + result(call[0], HI) + "\n\n");
                                    }
                                })) {
            try (McpClient client = client(server).era(EraChoice.LEGACY).connect()) {
                assertThat(client.call("x", JsonObject.EMPTY).content()).hasSize(1);
            }
            assertThat(server.heard("GET"))
                    .extracting(get -> get.header("Last-event-id"))
                    .contains("e-1");
            assertThat(server.heard("tools/call")).hasSize(1);
        }
    }

    @Test
    void aLegacyStreamThatStaysBrokenIsLostAfterTheAttempts() throws IOException {
        try (HttpClientServer server =
                HttpClientServer.legacy()
                        .on(
                                "tools/call",
                                (exchange, request) -> {
                                    try (OutputStream out = events(exchange)) {
                                        write(out, "id: e-1\ndata:\n\n");
                                    }
                                })
                        .on("GET", (exchange, request) -> status(exchange, 503))) {
            try (McpClient client = client(server).era(EraChoice.LEGACY).connect()) {
                assertThatThrownBy(() -> client.call("x", JsonObject.EMPTY))
                        .isInstanceOfSatisfying(
                                TransportException.class,
                                e ->
                                        assertThat(e.kind())
                                                .isEqualTo(TransportException.Kind.BROKEN));
            }
            assertThat(
                            server.heard("GET").stream()
                                    .filter(get -> get.header("Last-event-id").equals("e-1")))
                    .hasSize(3);
        }
    }

    @Test
    void aModernStreamThatBreaksIsLostUnlessTheRequestIsARead() throws IOException {
        AtomicInteger reads = new AtomicInteger();
        try (HttpClientServer server =
                HttpClientServer.modern()
                        .on("tools/call", (exchange, request) -> events(exchange).close())
                        .on(
                                "prompts/get",
                                (exchange, request) -> {
                                    if (reads.incrementAndGet() == 1) {
                                        events(exchange).close();
                                    } else {
                                        json(
                                                exchange,
                                                result(
                                                        request,
                                                        "{\"resultType\":\"complete\",\"messages\":[]}"));
                                    }
                                })) {
            try (McpClient client = client(server).connect()) {
                assertThatThrownBy(() -> client.call("x", JsonObject.EMPTY))
                        .isInstanceOf(TransportException.class);
                assertThat(client.getPrompt("p", Map.of()).messages()).isEmpty();
            }
            assertThat(server.heard("tools/call")).hasSize(1);
            assertThat(server.heard("prompts/get").stream().map(one -> one.body().get("id")))
                    .hasSize(2)
                    .doesNotHaveDuplicates();
            assertThat(server.heard("GET")).isEmpty();
        }
    }

    @Test
    void cancellingAModernRequestClosesItsStream() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (HttpClientServer server =
                HttpClientServer.modern()
                        .on(
                                "tools/call",
                                (exchange, request) -> {
                                    try (OutputStream out = events(exchange)) {
                                        while (true) {
                                            write(out, ": still here\n\n");
                                            new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
                                        }
                                    } catch (IOException | InterruptedException e) {
                                        left.countDown();
                                    }
                                })) {
            try (McpClient client = client(server).connect()) {
                Call<CallToolResult> call = client.start("x", JsonObject.EMPTY);
                await().until(() -> server.heard("tools/call").size() == 1);
                call.cancel();
                assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(server.heard("notifications/cancelled")).isEmpty();
        }
    }

    @Test
    void aQuestionOnTheStreamIsAnsweredByAPostOfItsOwn() throws IOException {
        CountDownLatch answered = new CountDownLatch(1);
        try (HttpClientServer server =
                HttpClientServer.legacy()
                        .on(
                                "response",
                                (exchange, request) -> {
                                    status(exchange, 202);
                                    answered.countDown();
                                })
                        .on(
                                "tools/call",
                                (exchange, request) -> {
                                    try (OutputStream out = events(exchange)) {
                                        write(
                                                out,
                                                "data:"
                                                    + " {\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\","
                                                    + "\"params\":{\"message\":\"?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}\n\n");
                                        answered.await(10, TimeUnit.SECONDS);
                                        write(out, "data: " + result(request, HI) + "\n\n");
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                })) {
            try (McpClient client =
                    client(server)
                            .era(EraChoice.LEGACY)
                            .onElicit(form -> ElicitResult.decline())
                            .connect()) {
                assertThat(client.call("x", JsonObject.EMPTY).content()).hasSize(1);
            }
            assertThat(
                            server.heard("response")
                                    .getFirst()
                                    .body()
                                    .requireObject("result")
                                    .requireString("action"))
                    .isEqualTo("decline");
            assertThat(server.heard("response").getFirst().header("Mcp-session-id"))
                    .isEqualTo("s1");
        }
    }

    @Test
    void anAnswerAtTheLimitIsReadAndOneBeyondIsNot() throws IOException {
        String result =
                "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}";
        AtomicInteger size = new AtomicInteger();
        try (HttpClientServer server =
                HttpClientServer.modern()
                        .on(
                                "tools/call",
                                (exchange, request) -> {
                                    int frame = result(request, result.formatted("")).length();
                                    json(
                                            exchange,
                                            result(
                                                    request,
                                                    result.formatted(
                                                            "x".repeat(size.get() - frame))));
                                })) {
            StreamableHttpClientTransport transport =
                    new StreamableHttpClientTransport(config(server).withMaxMessageBytes(5_000));
            try (McpClient client = McpClient.builder(transport).connect()) {
                size.set(5_000);
                assertThat(client.call("x", JsonObject.EMPTY).content()).hasSize(1);
                size.set(5_001);
                assertThatThrownBy(() -> client.call("x", JsonObject.EMPTY))
                        .isInstanceOfSatisfying(
                                TransportException.class,
                                e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.LIMIT))
                        .hasMessageContaining("5000");
            }
        }
    }

    @Test
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
