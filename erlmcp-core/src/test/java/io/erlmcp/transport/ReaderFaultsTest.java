package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.BrokenReceiver;
import io.erlmcp.testing.Requirement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A thread that reads a path and fails: whoever waits for what it would read hears of it. */
@Requirement("transport.reconnect")
class ReaderFaultsTest {
    private final BrokenReceiver receiver = new BrokenReceiver();
    private final CountDownLatch serverHeard = new CountDownLatch(1);

    /** Sends back what it gets, or fails at it. */
    private final class Server implements Endpoint {
        private final boolean isBroken;

        Server(boolean isBroken) {
            this.isBroken = isBroken;
        }

        @Override
        public ConnectionHandler connected(Connection connection) {
            return new ConnectionHandler() {
                @Override
                public void message(byte[] message) {
                    if (isBroken) {
                        throw new InternalError(BrokenReceiver.FAULT);
                    }
                    connection.send(message, 0, message.length);
                }

                @Override
                public void malformed(String reason) {}

                @Override
                public void closed() {
                    serverHeard.countDown();
                }
            };
        }

        @Override
        public void handle(HttpExchange exchange) {
            exchange.respond(404);
        }
    }

    private static OutgoingMessage message() {
        return new OutgoingMessage(null, "x", "{}".getBytes(StandardCharsets.UTF_8), List.of());
    }

    @Test
    void aClientInMemoryThatFailsAtAMessageHasLostItsPathAndSoHasTheServer() throws Exception {
        try (InMemoryTransport transport = InMemoryTransport.to(new Server(false))) {
            transport.open(receiver);
            transport.send(message());
            receiver.awaitEnd();
            serverHeard.await();
        }
    }

    @Test
    void aServerInMemoryThatFailsAtAMessageHasLostItsClient() throws Exception {
        try (InMemoryTransport transport = InMemoryTransport.to(new Server(true))) {
            transport.open(receiver);
            transport.send(message());
            receiver.awaitEnd();
            serverHeard.await();
        }
    }

    @Test
    @Requirement("transport.stdio")
    void aClientOfAChildThatFailsAtAMessageHasLostItsPath() {
        try (ChildProcessTransport transport =
                ChildProcessTransport.of("sh", "-c", "echo '{}'; cat")) {
            transport.open(receiver);
            receiver.awaitEnd();
        }
    }

    @Test
    @Requirement("transport.stdio")
    void aServerOfStreamsThatFailsAtAMessageEndsAndSaysWhy() throws Exception {
        StdioTransport transport =
                StdioTransport.start(
                        new Server(true),
                        new ByteArrayInputStream("{}\n".getBytes(StandardCharsets.UTF_8)),
                        OutputStream.nullOutputStream(),
                        StdioTransport.Config.DEFAULTS);
        assertThatThrownBy(transport::await)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(BrokenReceiver.FAULT);
        serverHeard.await();
    }
}
