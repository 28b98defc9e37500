package io.erlmcp.testkit;

import static io.erlmcp.testkit.ClientAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.Call;
import io.erlmcp.client.CallOptions;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.client.McpTimeoutException;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.InMemoryTransport;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement("R25")
class FaultyTransportTest {
    private static final CallOptions HASTY =
            CallOptions.NONE
                    .withTimeout(Duration.ofMillis(100))
                    .withMaxTimeout(Duration.ofMillis(100));
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final int HANDSHAKE = 3;

    private final McpServer server = Greeter.server();

    @AfterEach
    void close() {
        server.close();
    }

    private FaultyTransport faulty(Faults faults, long seed) {
        return FaultyTransport.over(InMemoryTransport.to(server.endpoint()), faults, seed);
    }

    private static McpClient client(FaultyTransport transport) {
        return McpClient.builder(transport)
                .era(EraChoice.LEGACY)
                .timeout(PATIENT)
                .maxTimeout(PATIENT)
                .connect();
    }

    private static JsonObject sum(int a, int b) {
        return JsonObject.of("a", a, "b", b);
    }

    private static int total(CallToolResult result) {
        JsonObject structured = (JsonObject) result.structuredContent();
        return (int) structured.requireInteger("total");
    }

    @Test
    void withoutFaultsAllGoesThrough() {
        FaultyTransport transport = faulty(Faults.NONE, 1);
        try (McpClient client = client(transport)) {
            assertThat(total(client.call("add", sum(1, 2)))).isEqualTo(3);
            assertThat(transport.messages()).isEqualTo(HANDSHAKE + 2);
        }
    }

    @Test
    void aDroppedMessageMeansATimeOut() {
        try (McpClient client = client(faulty(Faults.NONE.sparing(HANDSHAKE).drops(1), 1))) {
            assertThatThrownBy(() -> client.call("add", sum(1, 2), HASTY))
                    .isInstanceOf(McpTimeoutException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void lateRepeatedAndReorderedAnswersReachTheirCalls(long seed) {
        Faults faults =
                Faults.NONE
                        .sparing(HANDSHAKE)
                        .duplicates(0.5)
                        .delays(Duration.ofMillis(20))
                        .reordering();
        FaultyTransport transport =
                FaultyTransport.over(
                        InMemoryTransport.to(server.endpoint()),
                        faults.duplicates(0),
                        faults,
                        seed);
        try (McpClient client = client(transport)) {
            List<Call<CallToolResult>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(client.start("add", sum(i, 1000)));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(total(calls.get(i).await())).isEqualTo(1000 + i);
            }
        }
    }

    @Test
    @Requirement("proto.jsonrpc")
    void aRepeatedRequestIsRefusedWhileTheFirstIsInProgress() {
        Faults repeats = Faults.NONE.sparing(HANDSHAKE).duplicates(1);
        FaultyTransport transport =
                FaultyTransport.over(
                        InMemoryTransport.to(server.endpoint()), repeats, Faults.NONE, 1);
        try (McpClient client = client(transport)) {
            assertThat(client)
                    .whenCalling("hang")
                    .failsWith(ErrorCode.INVALID_REQUEST)
                    .withMessageContaining("in progress");
        }
    }

    @Test
    void aDelayKeepsTheOrderUnlessAskedOtherwise() {
        Faults slow = Faults.NONE.delays(Duration.ofMillis(10));
        Transcript transcript = new Transcript();
        FaultyTransport transport = faulty(slow, 7);
        try (McpClient client =
                McpClient.builder(transcript.record(transport)).era(EraChoice.LEGACY).connect()) {
            assertThat(total(client.call("add", sum(1, 2)))).isEqualTo(3);
            List<Double> heard = new ArrayList<>();
            client.call(
                    "count",
                    JsonObject.EMPTY,
                    CallOptions.NONE.withProgress(p -> heard.add(p.progress())));
            assertThat(heard).containsExactly(1.0, 2.0, 3.0);
        }
        assertThat(transcript.messages()).hasSizeGreaterThanOrEqualTo(HANDSHAKE + 2 + 5);
    }

    @Test
    void behindACutTheClientConnectsAgain() {
        FaultyTransport transport = faulty(Faults.NONE.cutAfterMessages(HANDSHAKE + 1), 1);
        try (McpClient client = client(transport)) {
            assertThatThrownBy(() -> client.call("add", sum(1, 2)))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.BROKEN))
                    .hasMessageContaining("was cut");
            assertThat(total(client.call("add", sum(1, 2)))).isEqualTo(3);
        }
    }

    @Test
    void aCutMayComeAfterBytes() {
        FaultyTransport transport = faulty(Faults.NONE.cutAfterBytes(1), 1);
        assertThatThrownBy(() -> client(transport)).isInstanceOf(TransportException.class);
        assertThat(transport.messages()).isEqualTo(1);
    }

    @Test
    void theSameSeedMeetsTheSameFaults() throws InterruptedException {
        assertThat(arrived(11)).isEqualTo(arrived(11)).isNotEqualTo(arrived(12));
    }

    /** Which of a hundred notifications arrive at the other end. */
    private static List<String> arrived(long seed) throws InterruptedException {
        Listening listening = new Listening();
        Faults faults = Faults.NONE.drops(0.3).duplicates(0.3);
        try (ScriptedClient client =
                ScriptedClient.over(
                        FaultyTransport.over(InMemoryTransport.to(listening), faults, seed))) {
            for (int i = 0; i < 100; i++) {
                client.notify("notifications/" + i, JsonObject.EMPTY);
            }
        }
        assertThat(listening.left.await(PATIENT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(listening.heard).hasSizeBetween(50, 150);
        return listening.heard;
    }

    private static final class Listening implements Endpoint {
        private final List<String> heard = new CopyOnWriteArrayList<>();
        private final CountDownLatch left = new CountDownLatch(1);

        @Override
        public ConnectionHandler connected(Connection connection) {
            return new ConnectionHandler() {
                @Override
                public void message(byte[] message) {
                    heard.add(Json.parseObject(message).requireString("method"));
                }

                @Override
                public void malformed(String reason) {}

                @Override
                public void closed() {
                    left.countDown();
                }
            };
        }

        @Override
        public void handle(HttpExchange exchange) {
            exchange.respond(404);
        }
    }

    @Test
    void ratesAndLimitsAreChecked() {
        assertThat(Faults.NONE.drops(1).dropRate()).isEqualTo(1);
        assertThatThrownBy(() -> Faults.NONE.drops(1.1)).hasMessageContaining("dropRate is 1.1");
        assertThatThrownBy(() -> Faults.NONE.duplicates(-0.1))
                .hasMessageContaining("duplicateRate");
        assertThatThrownBy(() -> Faults.NONE.cutAfterMessages(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
