package io.erlmcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.testing.Requirement;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ClientCapabilities;
import io.modelcontextprotocol.spec.McpSchema.CompleteRequest;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.Root;
import io.modelcontextprotocol.spec.McpSchema.SubscribeRequest;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** All that the client of the Java SDK offers, against {@link Showcase}, over one transport. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Requirement("proto.spec")
@SuppressWarnings("deprecation") // the plain constructors of its records read better
abstract class JavaSdkClientContract {
    static final String TITLE = "Java SDK 2.1.0 as client of our server";

    private final List<Double> progress = new CopyOnWriteArrayList<>();
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final List<String> updated = new CopyOnWriteArrayList<>();
    private final List<List<Tool>> toolLists = new CopyOnWriteArrayList<>();
    private McpSyncClient client;

    abstract McpClientTransport transport();

    @BeforeAll
    void connect() {
        client =
                McpClient.sync(transport())
                        .requestTimeout(Duration.ofSeconds(20))
                        .initializationTimeout(Duration.ofSeconds(30))
                        .capabilities(
                                ClientCapabilities.builder()
                                        .roots(true)
                                        .sampling()
                                        .elicitation()
                                        .build())
                        .roots(new Root("file:///home/ada", "Ada"))
                        .elicitation(
                                form ->
                                        new ElicitResult(
                                                ElicitResult.Action.ACCEPT, Map.of("name", "Ada")))
                        .sampling(
                                request ->
                                        CreateMessageResult.builder(
                                                        Role.ASSISTANT, "wait", "parrot")
                                                .build())
                        .progressConsumer(it -> progress.add(it.progress()))
                        .loggingConsumer(it -> logged.add(it.level() + " " + it.data()))
                        .resourcesUpdateConsumer(it -> it.forEach(each -> updated.add(each.uri())))
                        .toolsChangeConsumer(toolLists::add)
                        .build();
        client.initialize();
    }

    @AfterAll
    void disconnect() {
        client.closeGracefully();
    }

    private String call(String tool) {
        CallToolResult result = client.callTool(new CallToolRequest(tool, Map.of()));
        assertThat(result.isError()).isNotEqualTo(true);
        return text(result);
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }

    @Test
    @DisplayName("initialize")
    void theHandshakeAgrees() {
        assertThat(client.getServerInfo().name()).isEqualTo("showcase");
        assertThat(client.getServerInstructions()).isEqualTo("Try everything");
        assertThat(client.getCurrentInitializationResult().protocolVersion())
                .isEqualTo("2025-11-25");
        assertThat(client.ping()).isNotNull();
    }

    @Test
    @DisplayName("list")
    @Requirement("proto.resources")
    void everythingIsListed() {
        assertThat(client.listTools().tools()).extracting(Tool::name).contains("add", "introduce");
        assertThat(client.listResources().resources())
                .extracting(it -> it.uri())
                .containsExactlyInAnyOrder("showcase://clock", "showcase://picture");
        assertThat(client.listResourceTemplates().resourceTemplates())
                .extracting(it -> it.uriTemplate())
                .containsExactly("showcase://cities/{city}");
        assertThat(client.listPrompts().prompts())
                .extracting(it -> it.name())
                .containsExactly("travel");
    }

    @Test
    @DisplayName("call")
    void aToolIsCalled() {
        CallToolResult result = client.callTool(new CallToolRequest("add", Map.of("a", 2, "b", 3)));
        assertThat(result.structuredContent()).isEqualTo(Map.of("total", 5));
        CallToolResult failure = client.callTool(new CallToolRequest("fail", Map.of()));
        assertThat(failure.isError()).isTrue();
        assertThat(text(failure)).isEqualTo("as told");
    }

    @Test
    @DisplayName("refusal")
    void anUnknownToolIsRefusedWithItsCode() {
        assertThatThrownBy(() -> client.callTool(new CallToolRequest("nothing", Map.of())))
                .isInstanceOfSatisfying(
                        McpError.class,
                        e -> assertThat(e.getJsonRpcError().code()).isEqualTo(-32602));
    }

    @Test
    @DisplayName("read")
    void aResourceIsRead() {
        for (String uri : List.of("showcase://clock", "showcase://cities/Rome")) {
            var contents = client.readResource(new ReadResourceRequest(uri)).contents();
            assertThat(((TextResourceContents) contents.getFirst()).text())
                    .isIn("noon", "Rome is a city");
        }
    }

    @Test
    @DisplayName("get")
    void aPromptIsFilled() {
        var result = client.getPrompt(new GetPromptRequest("travel", Map.of("city", "Rome")));
        assertThat(((TextContent) result.messages().getFirst().content()).text())
                .isEqualTo("Plan a journey to Rome");
    }

    @Test
    @DisplayName("complete")
    @Requirement("proto.roots-logging")
    void anArgumentIsCompleted() {
        var request =
                new CompleteRequest(
                        new PromptReference("travel"),
                        new CompleteRequest.CompleteArgument("city", "P"));
        assertThat(client.completeCompletion(request).completion().values())
                .containsExactly("Paris", "Prague");
    }

    @Test
    @DisplayName("subscribe")
    @Requirement("proto.resources")
    void anUpdateOfASubscribedResourceArrives() {
        client.subscribeResource(new SubscribeRequest("showcase://clock"));
        call("tick");
        await().until(() -> updated.contains("showcase://clock"));
    }

    @Test
    @DisplayName("list changed")
    @Requirement("proto.resources")
    void aToolThatIsAddedIsHeardOf() {
        call("grow");
        await().until(
                        () ->
                                toolLists.stream()
                                        .flatMap(List::stream)
                                        .anyMatch(it -> it.name().equals("extra")));
        assertThat(call("extra")).isEqualTo("extra");
    }

    @Test
    @DisplayName("elicit")
    @Requirement("proto.elicitation")
    void theUserIsAsked() {
        assertThat(call("introduce")).isEqualTo("Hello, Ada!");
    }

    @Test
    @DisplayName("sample")
    @Requirement("proto.sampling")
    void theModelIsAsked() {
        assertThat(call("think")).isEqualTo("It said: wait");
    }

    @Test
    @DisplayName("roots")
    @Requirement("proto.roots-logging")
    void theRootsAreAskedFor() {
        assertThat(call("folders")).contains("file:///home/ada");
    }

    @Test
    @DisplayName("progress")
    @Requirement("proto.roots-logging")
    void progressArrives() {
        var request =
                CallToolRequest.builder("work").arguments(Map.of()).progressToken("p1").build();
        assertThat(text(client.callTool(request))).isEqualTo("done");
        // The SDK hands each notification to a thread of its own and loses their order; that they
        // leave us in order is held by the transcripts.
        await().untilAsserted(() -> assertThat(progress).containsExactlyInAnyOrder(1.0, 2.0, 3.0));
    }

    @Test
    @DisplayName("log")
    @Requirement("proto.roots-logging")
    void messagesFromTheLevelOnArrive() {
        client.setLoggingLevel(LoggingLevel.INFO);
        assertThat(call("note")).isEqualTo("noted");
        await().untilAsserted(() -> assertThat(logged).containsExactly("WARNING something is odd"));
    }
}
