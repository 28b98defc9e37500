package io.erlmcp.http;

import static io.erlmcp.http.HttpClientServer.events;
import static io.erlmcp.http.HttpClientServer.status;
import static io.erlmcp.http.HttpClientServer.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.testing.BrokenReceiver;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A thread that writes for a client and fails: whoever waits for an answer hears of it. */
@Requirement("transport.reconnect")
class WriterFaultsTest {
    private final BlockingQueue<TransportException> ends = new LinkedBlockingQueue<>();

    /** Cannot take the failure of a request, and remembers the end of the path. */
    private final ClientReceiver receiver =
            new ClientReceiver() {
                @Override
                public boolean message(byte[] message, @Nullable RequestId of) {
                    return false;
                }

                @Override
                public void failed(RequestId id, TransportException failure) {
                    throw new InternalError(BrokenReceiver.FAULT);
                }

                @Override
                public void closed(TransportException failure) {
                    ends.add(failure);
                }

                @Override
                public void sessionLost(TransportException failure) {
                    ends.add(failure);
                }

                @Override
                public void observed(Event event) {}
            };

    @Test
    @Requirement("transport.sse")
    void aSessionOverSseIsLost() throws Exception {
        try (HttpClientServer server = new HttpClientServer();
                SseClientTransport transport = SseClientTransport.to(server.url())) {
            server.on(
                            "GET",
                            (exchange, request) ->
                                    write(events(exchange), "event: endpoint\ndata: /mcp\n\n"))
                    .on("ping", (exchange, request) -> status(exchange, 500));
            transport.open(receiver);
            byte[] ping =
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
                            .getBytes(StandardCharsets.UTF_8);
            transport.send(new OutgoingMessage(RequestId.of(1), "ping", ping, List.of()));
            assertThat(ends.poll(30, TimeUnit.SECONDS))
                    .hasMessageContaining("nothing is written any more")
                    .hasMessageContaining(BrokenReceiver.FAULT);
        }
    }
}
