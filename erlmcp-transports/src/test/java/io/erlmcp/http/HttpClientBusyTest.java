package io.erlmcp.http;

import static io.erlmcp.http.HttpClientServer.events;
import static io.erlmcp.http.HttpClientServer.json;
import static io.erlmcp.http.HttpClientServer.result;
import static io.erlmcp.http.HttpClientServer.status;
import static io.erlmcp.http.HttpClientServer.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.erlmcp.client.Batch;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that have too much to do, that say too much, and batches over HTTP. */
@Requirement("transport.http")
class HttpClientBusyTest {
    private static final String HI = "{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}";

    private static final String INTERRUPTED =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-31004,\"message\":\"stopped\"}}";

    private static McpClient client(HttpClientServer server) {
        return McpClient.builder(StreamableHttpClientTransport.to(server.url()))
                .era(EraChoice.LEGACY)
                .connect();
    }

    private static HttpClientServer busy(int times, int status, String after) throws IOException {
        AtomicInteger calls = new AtomicInteger();
        return HttpClientServer.legacy()
                .on(
                        "tools/call",
                        (exchange, request) -> {
                            if (calls.incrementAndGet() > times) {
                                json(exchange, result(request, HI));
                            } else {
                                if (!after.isEmpty()) {
                                    exchange.getResponseHeaders().add("Retry-After", after);
                                }
                                status(exchange, status);
                            }
                        });
    }

    @Test
    void aCallThatWasInterruptedIsNotMadeAgainWhateverTheServerSaysOfWhenToComeBack()
            throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (HttpClientServer server =
                        HttpClientServer.legacy()
                                .on(
                                        "tools/call",
                                        (exchange, request) -> {
                                            calls.incrementAndGet();
                                            exchange.getResponseHeaders().add("Retry-After", "0");
                                            json(exchange, 503, INTERRUPTED);
                                        });
                McpClient client = client(server)) {
            assertThatThrownBy(() -> client.call("x", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(
                            McpException.class,
                            it -> assertThat(it.code()).isEqualTo(ErrorCode.INTERRUPTED));
            assertThat(calls).hasValue(1);
        }
    }

    private static TransportException failure(McpClient client) {
        return catchThrowableOfType(
                TransportException.class, () -> client.call("x", JsonObject.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aBusyServerIsAskedAgainOnceWhenItSaysWhen(int status) throws IOException {
        try (HttpClientServer server = busy(1, status, "0");
                McpClient client = client(server)) {
            assertThat(client.call("x", JsonObject.EMPTY).content()).hasSize(1);
        }
        try (HttpClientServer server = busy(9, status, "0");
                McpClient client = client(server)) {
            TransportException failure = failure(client);
            assertThat(failure.kind()).isEqualTo(TransportException.Kind.BUSY);
            assertThat(failure.status()).isEqualTo(status);
            assertThat(failure.retryAfter()).contains(Duration.ZERO);
            assertThat(server.heard("tools/call")).hasSize(2);
        }
    }

    @Test
    void aBusyServerThatWantsMoreTimeThanTheCallHasIsNotAskedAgain() throws IOException {
        try (HttpClientServer server = busy(1, 429, "6");
                McpClient client = client(server)) {
            assertThat(failure(client).retryAfter()).contains(Duration.ofSeconds(6));
            assertThat(server.heard("tools/call")).hasSize(1);
        }
    }

    /**
     * @param data of the error, with the comma before it
     */
    private static HttpClientServer overloaded(String after, String data) throws IOException {
        return HttpClientServer.legacy()
                .on(
                        "tools/call",
                        (exchange, request) -> {
                            exchange.getResponseHeaders().add("Retry-After", after);
                            json(
                                    exchange,
                                    503,
                                    "{\"jsonrpc\":\"2.0\",\"id\":"
                                            + request.get("id")
                                            + ",\"error\":{\"code\":-31001,"
                                            + "\"message\":\"the store is away\""
                                            + data
                                            + "}}");
                        });
    }

    private static void isTold(HttpClientServer server, int calls, String data) {
        try (McpClient client = client(server)) {
            assertThatThrownBy(() -> client.call("x", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(
                            McpException.class,
                            it -> {
                                assertThat(it.code()).isEqualTo(ErrorCode.OVERLOADED);
                                assertThat(it).hasMessage("the store is away");
                                assertThat(String.valueOf(it.data())).isEqualTo(data);
                                assertThat(it.getSuppressed())
                                        .hasOnlyElementsOfType(TransportException.class);
                            });
            assertThat(server.heard("tools/call")).hasSize(calls);
        }
    }

    @Test
    void whatAServerSaidIsToldWithItsTimeWhenThatIsMoreThanTheCallHas() throws IOException {
        try (HttpClientServer server = overloaded("3600", "")) {
            isTold(server, 1, "{\"retryAfterMs\":3600000}");
        }
        try (HttpClientServer server = overloaded("3600", ",\"data\":{\"component\":\"store\"}")) {
            isTold(server, 1, "{\"component\":\"store\",\"retryAfterMs\":3600000}");
        }
        try (HttpClientServer server = overloaded("3600", ",\"data\":{\"retryAfterMs\":3599500}")) {
            isTold(server, 1, "{\"retryAfterMs\":3599500}");
        }
        try (HttpClientServer server = overloaded("3600", ",\"data\":\"soon\"")) {
            isTold(server, 1, "\"soon\"");
        }
    }

    @Test
    void soItIsWhenTheServerIsStillBusyTheSecondTime() throws IOException {
        try (HttpClientServer server = overloaded("0", "")) {
            isTold(server, 2, "{\"retryAfterMs\":0}");
        }
    }

    @Test
    void aBusyServerThatDoesNotSayWhenIsNotAskedAgain() throws IOException {
        try (HttpClientServer server = busy(1, 503, "");
                McpClient client = client(server)) {
            assertThat(failure(client).retryAfter()).isEmpty();
            assertThat(server.heard("tools/call")).hasSize(1);
        }
    }

    private static Duration after(String value) {
        HttpHeaders headers =
                HttpHeaders.of(
                        Map.of(
                                "Retry-After",
                                List.of(value),
                                "Date",
                                List.of("Sat, 21 Nov 2026 10:00:00 GMT")),
                        (name, it) -> true);
        return HttpClientBackoff.retryAfter(headers);
    }

    @Test
    void theTimeToComeBackIsInSecondsOrATime() {
        assertThat(after("7")).isEqualTo(Duration.ofSeconds(7));
        assertThat(after("999999999")).isEqualTo(Duration.ofSeconds(999_999_999));
        assertThat(after("Sat, 21 Nov 2026 10:00:05 GMT")).isEqualTo(Duration.ofSeconds(5));
        assertThat(after("Sat, 21 Nov 2026 09:00:00 GMT")).isZero();
        assertThat(after("9999999999")).isNull();
        assertThat(after("-1")).isNull();
        assertThat(after("soon")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    @Requirement("security.client")
    void aStreamHasAsManyEventsAsTheLimitAndNoMore(int events) throws IOException {
        try (HttpClientServer server =
                HttpClientServer.legacy()
                        .on(
                                "tools/call",
                                (exchange, request) -> {
                                    try (OutputStream out = events(exchange)) {
                                        for (int i = 1; i < events; i++) {
                                            write(
                                                    out,
                                                    "data:"
                                                        + " {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n");
                                        }
                                        write(out, "data: " + result(request, HI) + "\n\n");
                                    }
                                })) {
            HttpClientConfig usual = HttpClientConfig.of(server.url());
            HttpClientConfig three =
                    usual.withLimits(new HttpClientConfig.Limits(1 << 20, 3, 1 << 20))
                            .withReconnects(0, Duration.ofSeconds(1), Duration.ofSeconds(1));
            try (McpClient client =
                    McpClient.builder(new StreamableHttpClientTransport(three))
                            .era(EraChoice.LEGACY)
                            .connect()) {
                if (events == 3) {
                    assertThat(client.call("x", JsonObject.EMPTY).content()).hasSize(1);
                } else {
                    assertThatThrownBy(() -> client.call("x", JsonObject.EMPTY))
                            .hasMessageContaining("more than 3 events");
                }
            }
        }
    }

    private static HttpClientServer batching(boolean stream) throws IOException {
        return HttpClientServer.legacy()
                .on(
                        "initialize",
                        (exchange, request) ->
                                json(
                                        exchange,
                                        result(
                                                request,
                                                "{\"protocolVersion\":\"2025-03-26\",\"capabilities\":{},"
                                                    + "\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}")))
                .on(
                        "batch",
                        (exchange, request) -> {
                            JsonArray all = request.requireArray("elements");
                            List<String> answers =
                                    all.values().reversed().stream()
                                            .map(it -> result((JsonObject) it, HI))
                                            .toList();
                            if (!stream) {
                                json(exchange, "[" + String.join(",", answers) + "]");
                                return;
                            }
                            try (OutputStream out = events(exchange)) {
                                for (String answer : answers) {
                                    write(out, "data: " + answer + "\n\n");
                                }
                            }
                        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Requirement("proto.batch")
    void aBatchIsOneRequestWhoseAnswersComeInAnyOrder(boolean stream) throws IOException {
        try (HttpClientServer server = batching(stream);
                McpClient client = client(server)) {
            Batch batch = client.batch();
            var one = batch.call("a", JsonObject.EMPTY);
            var two = batch.call("b", JsonObject.EMPTY);
            batch.send();
            assertThat(one.result().content()).hasSize(1);
            assertThat(two.result().content()).hasSize(1);
            assertThat(server.heard("batch")).hasSize(1);
            assertThat(server.heard("tools/call")).isEmpty();
        }
    }

    @Test
    void aBatchThatIsRefusedAsAWholeFailsEachOfItsRequests() throws IOException {
        try (HttpClientServer server =
                        batching(false).on("batch", (exchange, request) -> status(exchange, 413));
                McpClient client = client(server)) {
            Batch batch = client.batch();
            var one = batch.call("a", JsonObject.EMPTY);
            var two = batch.call("b", JsonObject.EMPTY);
            batch.send();
            assertThatThrownBy(one::result).hasMessageContaining("413");
            assertThatThrownBy(two::result).hasMessageContaining("413");
        }
    }
}
