package io.erlmcp.conformance;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitRequest;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptMessage;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourcesUpdatedNotification;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.SamplingMessage;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import tools.jackson.databind.json.JsonMapper;

/** A server made with the Java SDK, with one of everything; {@link #main} serves it on stdio. */
@SuppressWarnings("deprecation") // the plain constructors of its records read better
public final class JavaSdkShowcase {
    private static final Map<String, Object> ANYTHING = Map.of("type", "object");
    private static final String CLOCK = "sdk://clock";
    private static final AtomicReference<McpSyncServer> SERVER = new AtomicReference<>();
    private static final CountDownLatch HANGING = new CountDownLatch(1);

    private JavaSdkShowcase() {}

    public static void main(String[] args) throws InterruptedException {
        start(McpServer.sync(new StdioServerTransportProvider(mapper())));
        new CountDownLatch(1).await();
    }

    /** Completes the server that a transport begins, and starts it. */
    static McpSyncServer start(McpServer.SyncSpecification<?> begun) {
        McpSyncServer server =
                begun.serverInfo("sdk-showcase", "1.0")
                        .instructions("Try everything")
                        .capabilities(
                                ServerCapabilities.builder()
                                        .tools(true)
                                        .resources(true, true)
                                        .prompts(true)
                                        .logging()
                                        .completions()
                                        .build())
                        .tools(
                                tool("add", JavaSdkShowcase::add),
                                tool("work", JavaSdkShowcase::work),
                                tool("hang", JavaSdkShowcase::hang),
                                tool("note", JavaSdkShowcase::note),
                                tool("introduce", JavaSdkShowcase::introduce),
                                tool("think", JavaSdkShowcase::think),
                                tool("folders", JavaSdkShowcase::folders),
                                tool("tick", JavaSdkShowcase::tick),
                                tool("grow", JavaSdkShowcase::grow))
                        .resources(clock())
                        .prompts(travel())
                        .completions(cities())
                        .build();
        SERVER.set(server);
        return server;
    }

    /** Lets the calls of the tool that hangs go. */
    static void release() {
        HANGING.countDown();
    }

    /**
     * With the Jackson of this build the SDK cannot write an elicitation: its type id and its own
     * member have the same name. Without the type id it writes what it should.
     */
    static McpJsonMapper mapper() {
        return new JacksonMcpJsonMapper(
                JsonMapper.builder().addMixIn(ElicitRequest.class, WithoutTypeId.class).build());
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NONE)
    private interface WithoutTypeId {}

    private static SyncToolSpecification tool(
            String name,
            BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler) {
        return SyncToolSpecification.builder()
                .tool(Tool.builder(name, ANYTHING).description(name).build())
                .callHandler(handler)
                .build();
    }

    private static CallToolResult text(String text) {
        return CallToolResult.builder().addTextContent(text).build();
    }

    private static CallToolResult add(McpSyncServerExchange exchange, CallToolRequest request) {
        int a = ((Number) request.arguments().get("a")).intValue();
        int b = ((Number) request.arguments().get("b")).intValue();
        return CallToolResult.builder()
                .addTextContent(String.valueOf(a + b))
                .structuredContent(Map.of("total", a + b))
                .build();
    }

    private static CallToolResult work(McpSyncServerExchange exchange, CallToolRequest request) {
        Object token = request.progressToken();
        for (double step = 1; step <= 3; step++) {
            exchange.progressNotification(new ProgressNotification(token, step, 3.0, "step"));
        }
        return text("done");
    }

    private static CallToolResult hang(McpSyncServerExchange exchange, CallToolRequest request) {
        exchange.progressNotification(
                new ProgressNotification(request.progressToken(), 1.0, null, "hanging"));
        try {
            HANGING.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return text("let go");
    }

    private static CallToolResult note(McpSyncServerExchange exchange, CallToolRequest request) {
        exchange.loggingNotification(
                new LoggingMessageNotification(LoggingLevel.DEBUG, "sdk", "quiet"));
        exchange.loggingNotification(
                new LoggingMessageNotification(LoggingLevel.WARNING, "sdk", "something is odd"));
        return text("noted");
    }

    private static CallToolResult introduce(
            McpSyncServerExchange exchange, CallToolRequest request) {
        Map<String, Object> form =
                Map.of("type", "object", "properties", Map.of("name", Map.of("type", "string")));
        var answer =
                exchange.createElicitation(ElicitRequest.builder("Who are you?", form).build());
        return text("Hello, " + answer.content().get("name") + "!");
    }

    private static CallToolResult think(McpSyncServerExchange exchange, CallToolRequest request) {
        var question = new SamplingMessage(Role.USER, new TextContent("What now?"));
        var answer =
                exchange.createMessage(
                        CreateMessageRequest.builder(List.of(question), 100).build());
        return text("It said: " + ((TextContent) answer.content()).text());
    }

    private static CallToolResult folders(McpSyncServerExchange exchange, CallToolRequest request) {
        return text(exchange.listRoots().roots().getFirst().uri());
    }

    private static CallToolResult tick(McpSyncServerExchange exchange, CallToolRequest request) {
        SERVER.get().notifyResourcesUpdated(new ResourcesUpdatedNotification(CLOCK));
        return text("ticked");
    }

    private static CallToolResult grow(McpSyncServerExchange exchange, CallToolRequest request) {
        SERVER.get().addTool(tool("extra", (e, r) -> text("extra")));
        return text("grown");
    }

    private static SyncResourceSpecification clock() {
        Resource resource = Resource.builder(CLOCK, "clock").mimeType("text/plain").build();
        return new SyncResourceSpecification(
                resource,
                (exchange, request) ->
                        new ReadResourceResult(
                                List.of(new TextResourceContents(CLOCK, "text/plain", "noon"))));
    }

    private static SyncPromptSpecification travel() {
        Prompt prompt =
                new Prompt(
                        "travel", "Plans", List.of(new PromptArgument("city", "where to", true)));
        return new SyncPromptSpecification(
                prompt,
                (exchange, request) -> {
                    var message =
                            new TextContent("Plan a journey to " + request.arguments().get("city"));
                    return new GetPromptResult(
                            "Plans", List.of(new PromptMessage(Role.USER, message)));
                });
    }

    private static SyncCompletionSpecification cities() {
        return new SyncCompletionSpecification(
                new PromptReference("travel"),
                (exchange, request) ->
                        new CompleteResult(
                                new CompleteResult.CompleteCompletion(
                                        List.of("Paris", "Prague"), 2, false)));
    }
}
