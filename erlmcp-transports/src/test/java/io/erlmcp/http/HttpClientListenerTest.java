package io.erlmcp.http;

import static io.erlmcp.http.HttpClientServer.events;
import static io.erlmcp.http.HttpClientServer.json;
import static io.erlmcp.http.HttpClientServer.result;
import static io.erlmcp.http.HttpClientServer.status;
import static io.erlmcp.http.HttpClientServer.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.erlmcp.client.ClientEvent;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.observability.Event;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ClientTransportEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stream on which a legacy server speaks by itself, and all that may end it. */
@Requirement("transport.reconnect")
class HttpClientListenerTest {
    private static final String UPDATED =
            "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\","
                    + "\"params\":{\"uri\":\"test://a\"}}\n\n";
    private static final Duration LONGEST = Duration.ofMillis(300);

    private final List<Event> seen = new CopyOnWriteArrayList<>();
    private final List<String> updates = new CopyOnWriteArrayList<>();
    private final AtomicInteger gets = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpClientServer server;

    @BeforeEach
    void start() throws IOException {
        AtomicInteger sessions = new AtomicInteger();
        server =
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
                                                    {"protocolVersion":"2025-11-25","capabilities":\
                                                    {"resources":{"subscribe":true}},\
                                                    "serverInfo":{"name":"s","version":"1"}}\
                                                    """));
                                })
                        .on(
                                "resources/subscribe",
                                (exchange, request) -> json(exchange, result(request, "{}")));
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.close();
    }

    private McpClient client() {
        HttpClientConfig config =
                HttpClientConfig.of(server.url()).withReconnects(3, Duration.ofMillis(20), LONGEST);
        return McpClient.builder(new StreamableHttpClientTransport(config))
                .era(EraChoice.LEGACY)
                .onResourceUpdated(updates::add)
                .observer(seen::add)
                .connect();
    }

    /** Answers the first GET with {@code first}, and so on; the last script goes on for ever. */
    private void onGet(HttpClientServer.Script... scripts) {
        server.on(
                "GET",
                (exchange, request) -> {
                    int number = Math.min(gets.getAndIncrement(), scripts.length - 1);
                    scripts[number].answer(exchange, request);
                });
    }

    /** An event with an id, and the end of the stream. */
    private static HttpClientServer.Script brief(String id) {
        return (exchange, request) -> {
            write(events(exchange), "id: " + id + "\n" + UPDATED);
            exchange.close();
        };
    }

    /** An event, and a stream that goes on. */
    private void open(HttpExchange exchange) throws IOException {
        OutputStream out = events(exchange);
        write(out, UPDATED);
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean saw(Class<? extends Event> type) {
        return seen.stream().anyMatch(type::isInstance);
    }

    @Test
    void aServerThatKeepsNoHistoryIsHeardFromNowOnAndTheGapIsTold() {
        onGet(
                brief("7"),
                (exchange, request) -> status(exchange, 400),
                (exchange, request) -> open(exchange));
        try (McpClient client = client()) {
            await().until(() -> updates.size() == 2);
            assertThat(saw(ClientTransportEvent.EventsMissed.class)).isTrue();
            List<HttpClientServer.Heard> asked = server.heard("GET");
            assertThat(asked)
                    .extracting(it -> it.header("Last-event-id"))
                    .containsExactly("", "7", "");
            assertThat(asked).extracting(it -> it.header("Mcp-session-id")).containsOnly("s1");
            assertThat(server.heard("initialize")).hasSize(1);
            client.subscribe("test://a");
        }
    }

    @Test
    void aStreamThatGoesOnBehindItsLastEventMissedNothing() {
        onGet(brief("7"), (exchange, request) -> open(exchange));
        try (McpClient _ = client()) {
            await().until(() -> updates.size() == 2);
            assertThat(server.heard("GET").getLast().header("Last-event-id")).isEqualTo("7");
            assertThat(saw(ClientTransportEvent.EventsMissed.class)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 400})
    void aSessionThatTheServerForgotIsMadeAgainWithWhatWasSubscribed(int status) {
        CountDownLatch subscribed = new CountDownLatch(1);
        onGet(
                (exchange, request) -> {
                    write(events(exchange), UPDATED);
                    awaitQuietly(subscribed);
                    exchange.close();
                },
                (exchange, request) -> status(exchange, status),
                (exchange, request) -> open(exchange));
        try (McpClient client = client()) {
            client.subscribe("test://a");
            subscribed.countDown();
            // one on each stream, and that there may have been some between them
            await().until(() -> updates.size() == 3);
            await().until(() -> server.heard("resources/subscribe").size() == 2);
            assertThat(server.heard("resources/subscribe").getLast().header("Mcp-session-id"))
                    .isEqualTo("s2");
            await().until(() -> saw(ClientEvent.Reconnected.class));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 429, 500, 503})
    void aServerThatCannotForTheMomentIsAskedAgain(int status) {
        onGet(
                brief("7"),
                (exchange, request) -> status(exchange, status),
                (exchange, request) -> status(exchange, status),
                (exchange, request) -> open(exchange));
        try (McpClient _ = client()) {
            await().until(() -> updates.size() == 2);
            assertThat(server.heard("GET").getLast().header("Last-event-id")).isEqualTo("7");
            assertThat(saw(ClientTransportEvent.EventsMissed.class)).isFalse();
        }
    }

    @Test
    void aBusyServerSaysWhenButNotLongerThanTheLongestPause() {
        onGet(
                (exchange, request) -> {
                    exchange.getResponseHeaders().add("Retry-After", "3600");
                    status(exchange, 429);
                },
                (exchange, request) -> {
                    exchange.getResponseHeaders().add("Retry-After", "0");
                    status(exchange, 503);
                },
                (exchange, request) -> open(exchange));
        try (McpClient _ = client()) {
            await().until(() -> updates.size() == 1);
            assertThat(seen)
                    .filteredOn(ClientTransportEvent.StreamReconnecting.class::isInstance)
                    .first()
                    .isEqualTo(
                            new ClientTransportEvent.StreamReconnecting(server.url(), 1, LONGEST));
        }
    }

    @Test
    void aServerWithoutAStreamIsNotAskedAgain() {
        onGet((exchange, request) -> status(exchange, 405));
        try (McpClient _ = client()) {
            await().during(Duration.ofMillis(200)).until(() -> gets.get() == 1);
            assertThat(saw(ClientTransportEvent.StreamGivenUp.class)).isFalse();
        }
    }

    @Test
    void aServerThatSays404ForWantOfAStreamKeepsItsSession() {
        onGet((exchange, request) -> status(exchange, 404));
        try (McpClient _ = client()) {
            await().until(() -> saw(ClientTransportEvent.StreamGivenUp.class));
            await().during(Duration.ofMillis(200)).until(() -> gets.get() == 1);
            assertThat(server.heard("initialize")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 405})
    void aRefusalThatStaysIsTold(int status) {
        onGet(brief("7"), (exchange, request) -> status(exchange, status));
        try (McpClient _ = client()) {
            await().until(() -> saw(ClientTransportEvent.StreamGivenUp.class));
            assertThat(gets).hasValue(2);
            assertThat(server.heard("initialize")).hasSize(1);
        }
    }

    @Test
    void aMessageThatIsTooLargeCostsItselfAlone() {
        HttpClientConfig config =
                HttpClientConfig.of(server.url())
                        .withReconnects(3, Duration.ofMillis(20), LONGEST)
                        .withMaxMessageBytes(1_000);
        onGet(
                (exchange, request) -> {
                    write(events(exchange), "id: 1\n" + UPDATED + "data: " + "x".repeat(2_000));
                    exchange.close();
                },
                (exchange, request) -> open(exchange));
        try (McpClient _ =
                McpClient.builder(new StreamableHttpClientTransport(config))
                        .era(EraChoice.LEGACY)
                        .onResourceUpdated(updates::add)
                        .observer(seen::add)
                        .connect()) {
            await().until(() -> updates.size() == 2);
            assertThat(saw(ClientTransportEvent.MessageMalformed.class)).isTrue();
            assertThat(saw(ClientTransportEvent.EventsMissed.class)).isTrue();
        }
    }
}
