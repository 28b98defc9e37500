package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.protocol.LogLevel;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.InMemoryTransport;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log level of a session that took the place of a lost one. */
@Requirement("transport.reconnect")
class SessionLogTest {
    private static final String SET_LEVEL = "logging/setLevel";

    @RegisterExtension final SideThreads threads = new SideThreads();

    private final ScriptedServer server = ScriptedServer.legacy().answer(SET_LEVEL, "{}");

    private McpClient client() {
        return McpClient.builder(InMemoryTransport.to(server)).era(EraChoice.LEGACY).connect();
    }

    private void loseSession(McpClient client) {
        server.connections.getLast().close("restart");
        await().until(() -> client.phase() == Phase.ERROR);
    }

    @Test
    void isSaidLaterWhereTheThreadThatSaidItWasInterrupted() throws Exception {
        try (McpClient client = client()) {
            client.setLogLevel(LogLevel.INFO);
            server.silent(SET_LEVEL);
            loseSession(client);
            Thread caller =
                    threads.run(
                            "gives up",
                            () ->
                                    assertThatThrownBy(client::ping)
                                            .isInstanceOf(CancellationException.class));
            await().until(() -> server.heard(SET_LEVEL).size() == 2);
            server.answer(SET_LEVEL, "{}");
            caller.interrupt();
            threads.join();
            await().until(() -> server.heard(SET_LEVEL).size() == 3);
        }
    }

    @Test
    void isSaidAgainWhereTheServerHadNoTimeForIt() {
        AtomicInteger refusals = new AtomicInteger();
        try (McpClient client = client()) {
            client.setLogLevel(LogLevel.INFO);
            server.on(
                    SET_LEVEL,
                    (request, it) -> {
                        if (refusals.getAndIncrement() == 0) {
                            it.refuse(request, -31001, "Overloaded", "null");
                        } else {
                            it.reply(request, "{}");
                        }
                    });
            loseSession(client);
            client.ping();
            await().until(() -> refusals.get() == 2);
        }
    }
}
