package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WireBatchTest {
    private static McpClient client(ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server)).era(EraChoice.LEGACY).connect();
    }

    private static ScriptedServer server(String version) {
        return ScriptedServer.legacy(version)
                .answer("tools/call", "{\"content\":[]}")
                .refuse("prompts/get", -32602, "no such prompt")
                .silent("resources/read");
    }

    @Test
    @Requirement("proto.batch-timeout")
    void requestsOfABatchGoInOneMessageWhereTheRevisionHasBatches() {
        ScriptedServer server = server("2025-03-26");
        try (McpClient client = client(server)) {
            Batch batch = client.batch();
            var call = batch.call("x", JsonObject.EMPTY);
            var prompt = batch.getPrompt("p", Map.of());
            var late = batch.readResource("a:b");
            batch.timeout(Duration.ofSeconds(2)).send();
            assertThat(call.result().content()).isEmpty();
            assertThatThrownBy(prompt::result)
                    .isInstanceOf(McpException.class)
                    .hasMessage("no such prompt");
            assertThatThrownBy(late::result).isInstanceOf(McpTimeoutException.class);
        }
        assertThat(server.batches).containsExactly(3);
    }

    @Test
    void elsewhereEachRequestGoesAlone() {
        ScriptedServer server = server("2025-06-18");
        try (McpClient client = client(server)) {
            Batch batch = client.batch();
            var one = batch.call("x", JsonObject.EMPTY);
            var two = batch.call("x", JsonObject.EMPTY);
            batch.send();
            assertThat(one.isOk() && two.isOk()).isTrue();
        }
        assertThat(server.batches).isEmpty();
        assertThat(server.heard("tools/call")).hasSize(2);
    }

    @Test
    void aMessageHoldsSoManyRequestsAndNoMore() {
        ScriptedServer server = server("2025-03-26");
        try (McpClient client = client(server)) {
            Batch batch = client.batch();
            List<Batch.Entry<?>> entries = new ArrayList<>();
            for (int i = 0; i <= Batch.MAX_IN_MESSAGE; i++) {
                entries.add(batch.call("x", JsonObject.EMPTY));
            }
            batch.send();
            assertThat(entries).allMatch(Batch.Entry::isOk);
        }
        assertThat(server.batches).containsExactly(Batch.MAX_IN_MESSAGE);
        assertThat(server.heard("tools/call")).hasSize(Batch.MAX_IN_MESSAGE + 1);
    }
}
