package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.network.LoopState;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.runtime.Time;
import io.erlmcp.server.McpServer;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.ConnectionGate;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What one call of a non-blocking tool over HTTP allocates, from the bytes of the request to those
 * of the answer. Bytes are stable where times are not. The bound has room for a JVM that compiled
 * less well; a mistake costs more.
 */
class RequestCostTest {
    private static final int MAX_BYTES = 4500;

    /** More than a fast machine needs to compile what it runs; no more are made than need be. */
    private static final int ROUNDS = 60;

    private static final int CALLS = 10_000;
    private static final JsonObject SCHEMA =
            JsonObject.of(
                    "type",
                    "object",
                    "properties",
                    JsonObject.of("text", JsonObject.of("type", "string")));

    @Test
    void aCallAllocatesLittle() {
        try (McpServer server = server()) {
            EmbeddedChannel channel = connection(server);
            byte[] request = request();
            assertThat(answer(channel, request)).startsWith("HTTP/1.1 200 OK").contains("xxxx");

            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least >= MAX_BYTES; round++) {
                least = Math.min(least, bytesOf(channel, request) / CALLS);
            }

            assertThat(least).isLessThan(MAX_BYTES);
        }
    }

    private static long bytesOf(EmbeddedChannel channel, byte[] request) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            channel.writeInbound(channel.alloc().directBuffer().writeBytes(request));
            ByteBuf answer = channel.readOutbound();
            answer.release();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static McpServer server() {
        ToolSpec echo =
                ToolSpec.of(
                                "echo",
                                (arguments, call) ->
                                        CallToolResult.text(
                                                arguments.object().requireString("text")))
                        .inputSchema(SCHEMA)
                        .nonBlocking();
        return McpServer.builder("test", "1").add(echo).build();
    }

    private static EmbeddedChannel connection(McpServer server) {
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
        return channel;
    }

    private static byte[] request() {
        String body =
                """
                {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo",\
                "arguments":{"text":"%s"},"_meta":{\
                "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
                "io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},\
                "io.modelcontextprotocol/clientCapabilities":{}}}}\
                """
                        .formatted("x".repeat(100));
        String head =
                """
                POST /mcp HTTP/1.1
                Host: 127.0.0.1:8080
                Content-Type: application/json
                Accept: application/json, text/event-stream
                MCP-Protocol-Version: 2026-07-28
                Mcp-Method: tools/call
                Mcp-Name: echo
                Content-Length: %d

                """
                        .formatted(body.length())
                        .replace("\n", "\r\n");
        return (head + body).getBytes(StandardCharsets.US_ASCII);
    }

    private static String answer(EmbeddedChannel channel, byte[] request) {
        channel.writeInbound(channel.alloc().directBuffer().writeBytes(request));
        ByteBuf answer = channel.readOutbound();
        String text = answer.toString(StandardCharsets.US_ASCII);
        answer.release();
        return text;
    }
}
