package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.erlmcp.network.LoopState;
import io.erlmcp.network.Waiting;
import io.erlmcp.observability.Observer;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.runtime.Time;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.ConnectionGate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Events whose data many streams share: the same on the wire, without a copy for each. */
@Requirement("proto.sub-filter")
class SharedEventsTest {
    private static final String URI = "test://" + "x".repeat(8_000);
    private static final int STREAMS = 200;

    /** More than a fast machine needs to compile what it runs; no more are made than need be. */
    private static final int ROUNDS = 60;

    /** What a stream, its buffer and its channel cost; a copy is four times as much. */
    private static final long MAX_BYTES_FOR_ONE = 2_000;

    private static void isTheSame(boolean chunked, @Nullable String id) {
        SharedBytes begin = SharedBytes.of("{\"a\":".getBytes(StandardCharsets.UTF_8));
        byte[] end = "1}".getBytes(StandardCharsets.UTF_8);
        byte[] whole = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        SseEncoder encoder = new SseEncoder(chunked);
        Waiting shared = encoder.shared(id, begin, end);
        ByteBuf out = Unpooled.buffer();
        shared.writeTo(out);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        new String(
                                encoder.event(id, whole, 0, whole.length), StandardCharsets.UTF_8));
        assertThat(shared.shared()).isSameAs(begin);
        assertThat(shared.length()).isEqualTo(out.readableBytes());
    }

    @Test
    void onTheWireTheyAreAsAllOthers() {
        for (boolean chunked : new boolean[] {false, true}) {
            isTheSame(chunked, null);
            isTheSame(chunked, "g-epoch-12");
        }
    }

    @Test
    void tellingOneMoreStreamCostsNoCopyOfTheMessage() {
        try (McpServer server = McpServer.builder("test", "1").build()) {
            List<EmbeddedChannel> channels = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                channels.add(listening(server, i));
            }
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least / STREAMS >= MAX_BYTES_FOR_ONE; round++) {
                least = Math.min(least, tell(server, channels));
            }
            assertThat(least / STREAMS).isLessThan(MAX_BYTES_FOR_ONE);
        }
    }

    /** An embedded channel's loop is the thread that calls, so all is counted. */
    private static long tell(McpServer server, List<EmbeddedChannel> channels) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        server.resourceUpdated(URI);
        channels.forEach(EmbeddedChannel::runPendingTasks);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        for (int i = 0; i < channels.size(); i++) {
            assertThat(read(channels.get(i))).contains(URI, "subscriptionId\":" + i + "}}}");
        }
        return bytes;
    }

    private static String read(EmbeddedChannel channel) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            text.append(next.toString(StandardCharsets.UTF_8));
            next.release();
        }
        return text.toString();
    }

    private static EmbeddedChannel listening(McpServer server, int id) {
        ServerScope scope =
                new ServerScope(
                        HttpServerConfig.defaults(),
                        List.of(new HttpRoute("/mcp", server.endpoint()::handle)),
                        Observer.NONE,
                        new ServerScope.Budgets(
                                ByteBudget.eighthOfHeap(), ByteBudget.eighthOfHeap()),
                        Time.system(),
                        ConnectionGate.OPEN);
        EmbeddedChannel channel = new EmbeddedChannel();
        HttpConnection connection = new HttpConnection(scope, new LoopState(), channel);
        channel.pipeline().addLast(connection.intake());
        channel.writeInbound(Unpooled.copiedBuffer(request(id), StandardCharsets.US_ASCII));
        channel.runPendingTasks();
        assertThat(read(channel)).contains("200 OK", "notifications/subscriptions/acknowledged");
        return channel;
    }

    private static String request(int id) {
        String body =
                """
                {"jsonrpc":"2.0","id":%d,"method":"subscriptions/listen","params":{\
                "notifications":{"resourceSubscriptions":["%s"]},"_meta":{\
                "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
                "io.modelcontextprotocol/clientCapabilities":{}}}}\
                """
                        .formatted(id, URI);
        return """
        POST /mcp HTTP/1.1
        Host: 127.0.0.1:8080
        Content-Type: application/json
        Accept: application/json, text/event-stream
        MCP-Protocol-Version: 2026-07-28
        Mcp-Method: subscriptions/listen
        Content-Length: %d

        """
                        .formatted(body.length())
                        .replace("\n", "\r\n")
                + body;
    }
}
