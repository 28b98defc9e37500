package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.protocol.Tool;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client and our server in one process, in each era. */
@Requirement("proto.spec")
class RoundTripTest {
    private static final JsonObject NAME_FORM =
            JsonObject.of(
                    "type",
                    "object",
                    "properties",
                    JsonObject.of("name", JsonObject.of("type", "string", "default", "Ada")));

    private final CountDownLatch interrupted = new CountDownLatch(1);

    private McpServer server() {
        return McpServer.builder("test", "1.0")
                .instructions("be kind")
                .tool(
                        "echo",
                        "says it again",
                        (arguments, call) ->
                                CallToolResult.text(arguments.object().requireString("text")))
                .tool(
                        "greet",
                        "asks for a name",
                        (arguments, call) ->
                                CallToolResult.text(
                                        "Hello "
                                                + call.elicit("name", "Who?", NAME_FORM)
                                                        .content()
                                                        .requireString("name")))
                .tool(
                        "count",
                        "reports progress",
                        (arguments, call) -> {
                            for (int i = 1; i <= 3; i++) {
                                call.progress(i, 3.0, null);
                            }
                            return CallToolResult.text("done");
                        })
                .tool(
                        "hang",
                        "waits for its end",
                        (arguments, call) -> {
                            try {
                                new CountDownLatch(1).await();
                            } finally {
                                interrupted.countDown();
                            }
                            return CallToolResult.text("never");
                        })
                .build();
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }

    private static ClientBuilder client(McpServer server, EraChoice era) {
        return McpClient.builder(InMemoryTransport.to(server.endpoint())).era(era);
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void toolsAreListedAndCalled(EraChoice era) {
        try (McpServer server = server();
                McpClient client = client(server, era).connect()) {
            assertThat(client.serverInfo())
                    .hasValueSatisfying(it -> assertThat(it.name()).isEqualTo("test"));
            assertThat(client.instructions()).contains("be kind");
            assertThat(client.tools()).extracting(Tool::name).contains("echo", "greet");
            assertThat(text(client.call("echo", JsonObject.of("text", "hi")))).isEqualTo("hi");
            client.ping();
            assertThatThrownBy(() -> client.call("nope", JsonObject.EMPTY))
                    .isInstanceOf(McpException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void theUserIsAskedAndDefaultsAreFilledIn(EraChoice era) {
        try (McpServer server = server();
                McpClient client =
                        client(server, era)
                                .onElicit(form -> ElicitResult.accept(JsonObject.EMPTY))
                                .connect()) {
            assertThat(text(client.call("greet", JsonObject.EMPTY))).isEqualTo("Hello Ada");
        }
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    @Requirement("proto.streaming")
    void progressArrivesInOrderBeforeTheResult(EraChoice era) {
        List<Double> heard = new ArrayList<>();
        try (McpServer server = server();
                McpClient client = client(server, era).connect()) {
            client.call(
                    "count",
                    JsonObject.EMPTY,
                    CallOptions.NONE.withProgress(p -> heard.add(p.progress())));
        }
        assertThat(heard).containsExactly(1.0, 2.0, 3.0);
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void aTimeOutStopsTheTool(EraChoice era) throws InterruptedException {
        try (McpServer server = server();
                McpClient client = client(server, era).connect()) {
            assertThatThrownBy(
                            () ->
                                    client.call(
                                            "hang",
                                            JsonObject.EMPTY,
                                            CallOptions.NONE.withTimeout(Duration.ofSeconds(2))))
                    .isInstanceOf(McpTimeoutException.class);
            assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(EraChoice.class)
    void aSubscriberHearsOfANewToolAndSeesIt(EraChoice era) {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (McpServer server = server();
                McpClient client = client(server, era).connect()) {
            client.tools();
            Subscription subscription =
                    client.subscribe(
                            new ListenFilter(true, false, false, Set.of()),
                            it -> heard.add(it.getClass().getSimpleName()));
            assertThat(subscription.honoured().toolsListChanged()).isTrue();
            server.tools()
                    .add(ToolSpec.of("fresh", (arguments, call) -> CallToolResult.text("new")));
            await().until(() -> heard.contains("ToolListChanged"));
            assertThat(client.tools()).extracting(Tool::name).contains("fresh");
            subscription.close();
        }
    }
}
