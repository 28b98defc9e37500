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
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Streams that break, are cancelled, carry questions, or carry too much. */
class HttpClientStreamTest {
    private static final String QUESTION =
            "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\",\"params\":"
                + "{\"message\":\"?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}";

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
                                        write(out, "data: " + QUESTION + "\n\n");
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
    @Requirement("security.client")
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
}
