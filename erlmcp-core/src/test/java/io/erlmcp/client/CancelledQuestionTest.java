package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Live questions that the server takes back. */
@Requirement({"proto.elicitation", "proto.roots-logging"})
class CancelledQuestionTest {
    private static final int TIMES = 50;

    private final AtomicInteger probes = new AtomicInteger();

    private static String question(String id, String message) {
        return "{\"jsonrpc\":\"2.0\",\"id\":\""
                + id
                + "\",\"method\":\"elicitation/create\",\"params\":{\"message\":\""
                + message
                + "\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}";
    }

    private static String cancelled(String id) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":"
                + "{\"requestId\":\""
                + id
                + "\"}}";
    }

    /** Asks what is answered at once, where there is room for a question. */
    private boolean hasRoom(ScriptedServer server) {
        String id = "probe " + probes.incrementAndGet();
        int before = server.answers().size();
        server.send(question(id, "quick"));
        await().until(() -> server.answers().size() > before);
        return server.answers().getLast().has("result");
    }

    private static List<String> answered(ScriptedServer server) {
        return server.answers().stream().map(it -> it.requireString("id")).toList();
    }

    @Test
    void aQuestionThatIsTakenBackAtOnceHoldsNoPlaceAndIsNotAnswered() {
        ScriptedServer server = ScriptedServer.legacy();
        try (McpClient client =
                McpClient.builder(InMemoryTransport.to(server))
                        .limits(ClientLimits.DEFAULTS.withQuestions(10, 1))
                        .onElicit(
                                form -> {
                                    if (form.message().equals("slow")) {
                                        new CountDownLatch(1).await();
                                    }
                                    return ElicitResult.accept(JsonObject.EMPTY);
                                })
                        .connect()) {
            for (int i = 0; i < TIMES; i++) {
                String id = "slow " + i;
                server.send("[" + question(id, "slow") + "," + cancelled(id) + "]");
                await().until(() -> hasRoom(server));
            }
            assertThat(client.phase()).isEqualTo(Phase.INITIALIZED);
        }
        assertThat(answered(server)).allMatch(it -> it.startsWith("probe"));
    }
}
