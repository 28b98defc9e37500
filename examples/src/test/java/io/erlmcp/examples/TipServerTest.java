package io.erlmcp.examples;

import static io.erlmcp.testkit.ClientAssertions.assertThat;

import io.erlmcp.client.McpClient;
import io.erlmcp.examples.TipServer.Bill;
import io.erlmcp.examples.TipServer.Tip;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.transport.InMemoryTransport;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How to test one's own server: the real one, through a real client, without a socket. */
class TipServerTest {
    private final McpServer server = TipServer.build();
    private final McpClient client =
            McpClient.builder(InMemoryTransport.to(server.endpoint())).connect();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void aTipIsAddedToTheBill() {
        assertThat(client)
                .whenCalling("tip", new Bill(50, 10))
                .succeeds()
                .hasStructured(new Tip(5.0, 55.0));
    }

    @Test
    void aTipOverTheBillIsAFailureThatTheModelReads() {
        assertThat(client)
                .whenCalling("tip", new Bill(50, 101))
                .isToolError()
                .hasText("A tip of 101 % is a mistake");
    }

    @Test
    void aBillWithoutAmountIsToldToTheModel() {
        assertThat(client)
                .whenCalling("tip", Map.of("percent", 10))
                .isToolError()
                .hasTextContaining("amount");
    }

    @Test
    void thereIsNothingElse() {
        assertThat(client).hasTools("tip").hasPrompts().hasResources();
        assertThat(client).whenCalling("charge").failsWith(ErrorCode.INVALID_PARAMS);
    }
}
