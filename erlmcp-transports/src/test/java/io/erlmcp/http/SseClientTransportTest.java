package io.erlmcp.http;

import static io.erlmcp.http.HttpClientServer.events;
import static io.erlmcp.http.HttpClientServer.result;
import static io.erlmcp.http.HttpClientServer.status;
import static io.erlmcp.http.HttpClientServer.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.erlmcp.client.ClientBuilder;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.Revision;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP+SSE (2024-11-05) from the client's side, against servers that do exactly as they are told.
 */
class SseClientTransportTest {
    private static final String SERVER =
            """
            {"protocolVersion":"2024-11-05","capabilities":{"tools":{}},\
            "serverInfo":{"name":"s","version":"1"}}\
            """;
    private static final String HI = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";
    private static final int NOT_FOUND = 404;

    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<OutputStream> streams = new LinkedBlockingQueue<>();
    private final HttpClientServer server = new HttpClientServer();
    private volatile OutputStream current = OutputStream.nullOutputStream();

    SseClientTransportTest() throws IOException {
        server.on("GET", (exchange, request) -> open(exchange, "/mcp/post?s=1"))
                .on("POST", (exchange, request) -> status(exchange, 405))
                .on("server/discover", (exchange, request) -> status(exchange, NOT_FOUND))
                .on("initialize", (exchange, request) -> answer(exchange, request, SERVER))
                .on("tools/call", (exchange, request) -> answer(exchange, request, HI));
    }

    private void open(HttpExchange exchange, String endpoint) throws IOException {
        current = events(exchange);
        write(current, "event: endpoint\ndata: " + endpoint + "\n\n");
        streams.add(current);
    }

    /** Accepts a post and answers on the stream; what is posted elsewhere is refused. */
    private void answer(HttpExchange exchange, JsonObject request, String result)
            throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/mcp/post")) {
            status(exchange, NOT_FOUND);
            return;
        }
        status(exchange, 202);
        write(current, "id: 7\nevent: message\ndata: " + result(request, result) + "\n\n");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpClientConfig config() {
        return HttpClientConfig.of(server.url())
                .withReconnects(5, Duration.ofMillis(20), Duration.ofMillis(160));
    }

    private ClientBuilder client(HttpClientConfig config) {
        return client(new SseClientTransport(config));
    }

    private ClientBuilder client(ClientTransport transport) {
        return McpClient.builder(transport).observer(events::add).timeout(Duration.ofSeconds(20));
    }

    private static void hi(McpClient client) {
        assertThat(client.call("hi", JsonObject.EMPTY).content()).hasSize(1);
    }

    @Test
    @Requirement("transport.sse")
    void aClientPostsWhereTheStreamSaysAndHearsTheAnswersThere() {
        try (McpClient client = client(config().withHeader("X-Key", "k")).connect()) {
            assertThat(client.revision()).isEqualTo(Revision.R2024_11_05);
            hi(client);
        }
        assertThat(server.heard("server/discover")).isEmpty();
        assertThat(server.heard("GET").getFirst().header("Accept")).isEqualTo("text/event-stream");
        assertThat(server.heard("notifications/initialized")).hasSize(1);
        assertThat(server.heard).allMatch(it -> it.header("X-key").equals("k"));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, NOT_FOUND, 405})
    @Requirement("transport.sse")
    void aServerThatRefusesToBeInitializedOverStreamableHttpIsAskedForItsStream(int refusal) {
        server.on("server/discover", (exchange, request) -> status(exchange, refusal))
                .on(
                        "initialize",
                        (exchange, request) -> {
                            if (exchange.getRequestURI().getPath().equals("/mcp")) {
                                status(exchange, refusal);
                            } else {
                                answer(exchange, request, SERVER);
                            }
                        });
        try (McpClient client = client(new HttpClientTransport(config())).connect()) {
            hi(client);
            assertThat(client.revision()).isEqualTo(Revision.R2024_11_05);
        }
        assertThat(server.heard("initialize")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 500})
    @Requirement("transport.sse")
    void anyOtherRefusalIsPassedOnAsItIs(int refusal) {
        server.on("initialize", (exchange, request) -> status(exchange, refusal));
        assertThatThrownBy(() -> client(new HttpClientTransport(config())).connect())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("HTTP status " + refusal);
        assertThat(server.heard("GET")).isEmpty();
    }

    @Test
    void aServerThatOffersNeitherIsRefusedForWhatItAnsweredFirst() {
        server.on("GET", (exchange, request) -> status(exchange, 405));
        assertThatThrownBy(() -> client(new HttpClientTransport(config())).connect())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("HTTP status 404");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example/post",
                "https://127.0.0.1/mcp/post",
                "http://127.0.0.1:1/mcp/post",
                "//evil.example/post",
                "http://user@127.0.0.1/post",
                "mailto:x",
                "http://[/"
            })
    @Requirement({"transport.sse", "security.client"})
    void anEndpointOfAnotherOriginIsRefusedAndNothingIsPostedThere(String endpoint) {
        server.on("GET", (exchange, request) -> open(exchange, endpoint));
        assertThatThrownBy(() -> client(config()).connect())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("an endpoint");
        assertThat(server.heard("initialize")).isEmpty();
    }

    @Test
    void aServerThatNamesNoEndpointCannotBeReached() {
        server.on("GET", (exchange, request) -> write(events(exchange), ": nothing\n\n"));
        HttpClientConfig.Times brief =
                new HttpClientConfig.Times(
                        Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(5));
        assertThatThrownBy(() -> client(config().withTimes(brief)).connect())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("named no endpoint within PT2S");
    }

    @Test
    void theModernEraIsNotSpokenOverIt() {
        assertThatThrownBy(() -> client(config()).era(EraChoice.MODERN).connect())
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("legacy era");
    }

    @Test
    @Requirement("transport.sse.resume")
    void aBrokenStreamGoesOnBehindItsLastEvent() throws Exception {
        server.on(
                "tools/call",
                (exchange, request) -> {
                    status(exchange, 202);
                    write(current, "id: 8\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"x\"}\n\n");
                    current.close();
                    write(awaitNext(), "id: 9\ndata: " + result(request, HI) + "\n\n");
                });
        try (McpClient client = client(config()).connect()) {
            // put there a moment after the client has read where to post
            assertThat(streams.take()).isSameAs(current);
            hi(client);
        }
        assertThat(server.heard("GET").get(1).header("Last-event-id")).isEqualTo("8");
        assertThat(server.heard("initialize")).hasSize(1);
        assertThat(server.heard("tools/call")).hasSize(1);
    }

    private OutputStream awaitNext() throws IOException {
        try {
            return streams.take();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    @Requirement({"transport.sse.backoff", "transport.reconnect"})
    void pausesDoubleUpToTheLongestEachShortenedByUpToAHalfAtRandom() throws Exception {
        try (McpClient client = client(config()).connect()) {
            assertThat(client.revision()).isEqualTo(Revision.R2024_11_05);
            server.on("GET", (exchange, request) -> status(exchange, 500));
            current.close();
            await().until(() -> pauses().size() >= 5);
        }
        List<Duration> pauses = pauses();
        for (int i = 0; i < 5; i++) {
            Duration whole = Duration.ofMillis(Math.min(160, 20L << i));
            assertThat(pauses.get(i)).isBetween(whole.dividedBy(2), whole);
        }
    }

    @Test
    @Requirement("transport.sse.backoff")
    void theUsualPausesAreOneTwoFourAndEightSeconds() {
        HttpClientConfig.Reconnects usual = HttpClientConfig.of(server.url()).reconnects();
        assertThat(usual.first()).isEqualTo(Duration.ofSeconds(1));
        assertThat(usual.longest()).isEqualTo(Duration.ofSeconds(8));
        assertThat(SseClientTransport.to(server.url()).recovery())
                .hasValueSatisfying(
                        it ->
                                assertThat(
                                                List.of(
                                                        it.delay(1, 0),
                                                        it.delay(2, 0),
                                                        it.delay(3, 0),
                                                        it.delay(4, 0),
                                                        it.delay(9, 0)))
                                        .extracting(Duration::toSeconds)
                                        .containsExactly(1L, 2L, 4L, 8L, 8L));
    }

    private List<Duration> pauses() {
        return events.stream()
                .filter(ClientTransportEvent.StreamReconnecting.class::isInstance)
                .map(it -> ((ClientTransportEvent.StreamReconnecting) it).delay())
                .toList();
    }

    @Test
    @Requirement({"transport.sse.resume", "transport.reconnect"})
    void aServerThatBeginsAnotherSessionIsInitializedAgain() throws Exception {
        try (McpClient client = client(config()).connect()) {
            hi(client);
            server.on("GET", (exchange, request) -> open(exchange, "/mcp/post?s=2"));
            current.close();
            await().until(() -> server.heard("initialize").size() == 2);
            hi(client);
        }
    }

    @Test
    void aPostThatFindsNoSessionMakesAnotherAndIsSentAgain() {
        try (McpClient client = client(config()).connect()) {
            server.on(
                    "tools/call",
                    (exchange, request) -> {
                        if (server.heard("initialize").size() == 1) {
                            status(exchange, NOT_FOUND);
                        } else {
                            answer(exchange, request, HI);
                        }
                    });
            hi(client);
        }
        assertThat(server.heard("tools/call")).hasSize(2);
    }

    @Test
    @Requirement("transport.sse.ping")
    void aStreamWhoseCommentsStopIsOpenedAgainButOneThatNeverHadAnyIsNot() throws Exception {
        HttpClientConfig watchful =
                config().withTimes(
                                new HttpClientConfig.Times(
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(10),
                                        Duration.ofMillis(200)));
        try (McpClient client = client(watchful).connect()) {
            hi(client);
            await().during(Duration.ofMillis(400)).until(() -> streams.size() == 1);
            write(current, ": alive\n\n");
            await().until(() -> streams.size() == 2);
            hi(client);
        }
        assertThat(server.heard("GET").get(1).header("Last-event-id")).isEqualTo("7");
        assertThat(server.heard("initialize")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    @Requirement("transport.limits")
    void aMessageIsAsLargeAsTheLimitAndNoLarger(int more) {
        try (McpClient probe = client(config()).connect()) {
            hi(probe);
        }
        int length = result(server.heard("initialize").getFirst().body(), SERVER).length();
        HttpClientConfig tight = config().withMaxMessageBytes(length - more);
        if (more == 0) {
            client(tight).connect().close();
        } else {
            assertThatThrownBy(() -> client(tight).connect())
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("larger than " + (length - 1) + " bytes");
        }
    }
}
