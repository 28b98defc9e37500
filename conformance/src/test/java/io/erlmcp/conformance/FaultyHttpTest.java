package io.erlmcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.Call;
import io.erlmcp.client.CallOptions;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.client.McpTimeoutException;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testkit.Faults;
import io.erlmcp.testkit.FaultyTransport;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults between a client and a server over HTTP. */
@Requirement({"R25", "transport.http"})
class FaultyHttpTest {
    private static final CallOptions HASTY =
            CallOptions.NONE
                    .withTimeout(Duration.ofMillis(300))
                    .withMaxTimeout(Duration.ofMillis(300));
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private final McpServer server = new Showcase().start();
    private final HttpServer http =
            HttpServer.start(
                    HttpServerConfig.defaults().withPort(0),
                    List.of(new HttpRoute("/mcp", server.endpoint()::handle)));

    @AfterEach
    void close() {
        server.close();
        http.close(Duration.ofSeconds(5));
    }

    private FaultyTransport faulty(Faults toServer, Faults toClient, long seed) {
        String url = "http://127.0.0.1:" + http.port() + "/mcp";
        return FaultyTransport.over(
                StreamableHttpClientTransport.to(url), toServer, toClient, seed);
    }

    private static McpClient client(FaultyTransport transport, EraChoice era) {
        return McpClient.builder(transport).era(era).timeout(PATIENT).maxTimeout(PATIENT).connect();
    }

    /** Messages before the first call: two, or three with {@code initialized}. */
    private static int handshake(EraChoice era) {
        return era == EraChoice.LEGACY ? 3 : 2;
    }

    private static JsonObject sum(int a, int b) {
        return JsonObject.of("a", a, "b", b);
    }

    private static long total(CallToolResult result) {
        return ((JsonObject) result.structuredContent()).requireInteger("total");
    }

    @ParameterizedTest
    @CsvSource({"LEGACY,1", "LEGACY,2", "MODERN,1", "MODERN,2"})
    void lateRepeatedAndReorderedAnswersReachTheirCalls(EraChoice era, long seed) {
        Faults late =
                Faults.NONE.sparing(handshake(era)).delays(Duration.ofMillis(20)).reordering();
        FaultyTransport transport = faulty(late, late.duplicates(0.5), seed);
        try (McpClient client = client(transport, era)) {
            List<Call<CallToolResult>> calls = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                calls.add(client.start("add", sum(i, 1000)));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(total(calls.get(i).await())).isEqualTo(1000 + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LEGACY", "MODERN"})
    void aRequestThatIsDroppedMeansATimeOut(EraChoice era) {
        Faults drops = Faults.NONE.sparing(handshake(era)).drops(1);
        try (McpClient client = client(faulty(drops, Faults.NONE, 1), era)) {
            assertThatThrownBy(() -> client.call("add", sum(1, 2), HASTY))
                    .isInstanceOf(McpTimeoutException.class);
        }
        await().until(() -> server.inFlight() == 0);
    }

    /**
     * What becomes of the call behind which the path is cut: it is broken, unless who listens in a
     * session found the cut first and made the path again before the answer came.
     */
    private static String cutCall(McpClient client) {
        try {
            return String.valueOf(total(client.call("add", sum(1, 2))));
        } catch (TransportException e) {
            return e.kind().toString();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LEGACY", "MODERN"})
    void behindACutTheClientGoesOn(EraChoice era) {
        Faults cut = Faults.NONE.cutAfterMessages(handshake(era) + 1);
        try (McpClient client = client(faulty(cut, cut, 1), era)) {
            assertThat(cutCall(client)).isIn("BROKEN", "3");
            assertThat(total(client.call("add", sum(1, 2)))).isEqualTo(3);
        }
    }
}
