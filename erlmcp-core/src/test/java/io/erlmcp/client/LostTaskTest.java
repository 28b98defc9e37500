package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import io.erlmcp.transport.TransportException;
import org.junit.jupiter.api.Test;

/** Calls that became a task of which the client can hear no more. */
@Requirement({"proto.tasks", "proto.timeouts"})
class LostTaskTest {
    private static final String TASK =
            "\"taskId\":\"t1\",\"status\":\"working\",\"ttlMs\":60000,"
                    + "\"createdAt\":\"2026-07-28T00:00:00Z\","
                    + "\"lastUpdatedAt\":\"2026-07-28T00:00:00Z\"";

    private final ScriptedServer server =
            ScriptedServer.modern().answer("tools/call", "{\"resultType\":\"task\"," + TASK + "}");

    private McpClient client() {
        return McpClient.builder(InMemoryTransport.to(server))
                .era(EraChoice.MODERN)
                .tasks()
                .connect();
    }

    private static void hangUp(JsonObject request, ScriptedServer server) {
        server.connections.getLast().close("away");
    }

    @Test
    void itIsStoppedWhereThePathIsLost() {
        server.on("tasks/get", LostTaskTest::hangUp).answer("tasks/cancel", complete(""));
        try (McpClient client = client()) {
            assertThatThrownBy(() -> client.call("work", JsonObject.EMPTY))
                    .isInstanceOf(TransportException.class);
            await().until(() -> server.heard("tasks/cancel").size() == 1);
            assertThat(
                            server.heard("tasks/cancel")
                                    .getFirst()
                                    .requireObject("params")
                                    .requireString("taskId"))
                    .isEqualTo("t1");
        }
    }

    @Test
    void stoppingItIsTriedAgainWhileThePathIsLost() {
        server.on("tasks/get", LostTaskTest::hangUp)
                .on(
                        "tasks/cancel",
                        (request, it) -> {
                            if (it.heard("tasks/cancel").size() > 2) {
                                it.reply(request, complete(""));
                            } else {
                                hangUp(request, it); // a lost answer is asked for twice
                            }
                        });
        try (McpClient client = client()) {
            assertThatThrownBy(() -> client.call("work", JsonObject.EMPTY))
                    .isInstanceOf(TransportException.class);
            await().until(() -> server.heard("tasks/cancel").size() == 3);
        }
    }

    @Test
    void itIsStoppedWhereTheServerTellsNoMoreOfIt() {
        server.refuse("tasks/get", ErrorCode.OVERLOADED, "too many requests")
                .answer("tasks/cancel", complete(""));
        try (McpClient client = client()) {
            assertThatThrownBy(() -> client.call("work", JsonObject.EMPTY))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining("too many requests");
            await().until(() -> server.heard("tasks/cancel").size() == 1);
        }
    }

    @Test
    void oneThatHasEndedIsLeftAlone() {
        server.answer(
                "tasks/get",
                complete(
                        ","
                                + TASK.replace("working", "failed")
                                + ",\"error\":{\"code\":-5,\"message\":\"not today\"}"));
        try (McpClient client = client()) {
            assertThatThrownBy(() -> client.call("work", JsonObject.EMPTY))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining("not today");
            client.ping();
            assertThat(server.heard("tasks/cancel")).isEmpty();
        }
    }

    private static String complete(String more) {
        return "{\"resultType\":\"complete\"" + more + "}";
    }
}
