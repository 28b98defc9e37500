package io.erlmcp.http;

import static io.erlmcp.http.HttpClientServer.events;
import static io.erlmcp.http.HttpClientServer.json;
import static io.erlmcp.http.HttpClientServer.result;
import static io.erlmcp.http.HttpClientServer.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.rpc.RequestId;
import io.erlmcp.tcp.SocketClientConfig;
import io.erlmcp.tcp.SocketTransport;
import io.erlmcp.testing.BrokenReceiver;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.OutgoingMessage;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A thread that reads for a client and fails: whoever waits for what it would read hears of it. */
@Requirement("transport.reconnect")
class ReaderFaultsTest {
    @RegisterExtension final SideThreads threads = new SideThreads();

    private final BrokenReceiver receiver = new BrokenReceiver();

    @Test
    @Requirement("transport.tcp")
    void aConnectionOfLinesIsLost() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketTransport transport =
                        new SocketTransport(
                                SocketClientConfig.tcp("127.0.0.1", listener.getLocalPort()))) {
            threads.run(
                    "server",
                    () -> {
                        try (Socket socket = listener.accept()) {
                            socket.getOutputStream().write("{}\n".getBytes(StandardCharsets.UTF_8));
                            assertThat(socket.getInputStream().read()).isNegative();
                        }
                    });
            transport.open(receiver);
            receiver.awaitEnd();
        }
    }

    @Test
    @Requirement("transport.sse")
    void aSessionOverSseIsLost() throws Exception {
        try (HttpClientServer server = new HttpClientServer();
                SseClientTransport transport = SseClientTransport.to(server.url())) {
            BlockingQueue<OutputStream> streams = new LinkedBlockingQueue<>();
            server.on(
                    "GET",
                    (exchange, request) -> {
                        OutputStream out = events(exchange);
                        write(out, "event: endpoint\ndata: /mcp\n\n");
                        streams.add(out);
                    });
            transport.open(receiver);
            write(streams.take(), "data: {}\n\n");
            receiver.awaitEnd();
        }
    }

    @Test
    void aRequestOverHttpFails() throws Exception {
        try (HttpClientServer server = new HttpClientServer();
                StreamableHttpClientTransport transport =
                        StreamableHttpClientTransport.to(server.url())) {
            server.on("ping", (exchange, request) -> json(exchange, result(request, "{}")));
            transport.open(receiver);
            transport.send(
                    new OutgoingMessage(
                            RequestId.of(1),
                            "ping",
                            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
                                    .getBytes(StandardCharsets.UTF_8),
                            List.of()));
            receiver.awaitEnd();
        }
    }

    @Test
    void theStreamOnWhichAServerSpeaksIsGivenUp() throws Exception {
        try (HttpClientServer server = new HttpClientServer();
                StreamableHttpClientTransport transport =
                        StreamableHttpClientTransport.to(server.url())) {
            server.on("GET", (exchange, request) -> write(events(exchange), "data: {}\n\n"));
            transport.open(receiver);
            transport.listen();
            await().dontCatchUncaughtExceptions()
                    .untilAsserted(
                            () ->
                                    assertThat(receiver.events())
                                            .singleElement()
                                            .isInstanceOf(ClientTransportEvent.StreamGivenUp.class)
                                            .asString()
                                            .contains(BrokenReceiver.FAULT));
            assertThat(transport.hearsServer()).isFalse();
        }
    }
}
