// tidy: console, because this is also a stdio server, which speaks on standard output
package io.erlmcp.conformance;

import io.erlmcp.feature.Arg;
import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Complete;
import io.erlmcp.feature.Prompt;
import io.erlmcp.feature.Resource;
import io.erlmcp.feature.ResourceTemplate;
import io.erlmcp.feature.Tool;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.Root;
import io.erlmcp.server.McpServer;
import io.erlmcp.transport.StdioTransport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A server with one of everything, for conversations with peers; {@link #main} serves it on stdio.
 */
public final class Showcase {
    static final JsonObject NAME_FORM =
            Json.parseObject(
                    """
                    {"type": "object", "required": ["name"],
                        "properties": {"name": {"type": "string", "title": "Name"}}}\
                    """);

    public record Sum(int total) {}

    private final AtomicReference<McpServer> server = new AtomicReference<>();
    private final CountDownLatch never = new CountDownLatch(1);
    final CountDownLatch hanging = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);

    McpServer start() {
        McpServer built =
                McpServer.builder("showcase", "1.0")
                        .title("Showcase")
                        .instructions("Try everything")
                        .annotated(this)
                        .build();
        server.set(built);
        return built;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        try (McpServer server = new Showcase().start()) {
            StdioTransport.serve(
                    server.endpoint(), System.in, System.out, StdioTransport.Config.DEFAULTS);
        }
    }

    @Tool(title = "Add", description = "Adds two numbers")
    public Sum add(@Arg(description = "one") int a, @Arg(description = "the other") int b) {
        return new Sum(a + b);
    }

    @Tool(description = "Fails")
    public String fail() {
        throw new ToolFailure("as told");
    }

    @Tool(description = "Reports progress")
    public String work(CallContext call) {
        for (double step = 1; step <= 3; step++) {
            call.progress(step, 3.0, "step");
        }
        return "done";
    }

    @Tool(description = "Writes to the client's log")
    public String note(CallContext call) {
        call.log(LogLevel.DEBUG, "showcase", JsonObject.of("quiet", true));
        call.log(LogLevel.WARNING, "something is odd");
        return "noted";
    }

    @Tool(description = "Asks the user")
    public String introduce(CallContext call) {
        ElicitResult answer = call.elicit("name", "Who are you?", NAME_FORM);
        return answer.isAccepted()
                ? "Hello, " + answer.content().requireString("name") + "!"
                : "Goodbye";
    }

    @Tool(description = "Sends the user to a page")
    public String authorize(CallContext call) {
        ElicitResult answer = call.elicitUrl("page", "Sign in there", "https://example.com/sign");
        return answer.isAccepted() ? "Signed in" : "Not signed in";
    }

    @Tool(description = "Asks the model")
    public String think(CallContext call) {
        return "It said: " + call.sample("thought", CreateMessage.of("What now?", 100)).text();
    }

    @Tool(description = "Asks for the roots")
    public List<String> folders(CallContext call) {
        return call.roots("roots").stream().map(Root::uri).toList();
    }

    @Tool(description = "Says that the clock moved")
    public String tick() {
        server.get().resourceUpdated("showcase://clock");
        return "ticked";
    }

    @Tool(description = "Adds a tool")
    public String grow() {
        server.get().tools().add(ToolSpec.of("extra", (a, c) -> CallToolResult.text("extra")));
        return "grown";
    }

    @Tool(description = "Never answers")
    public String hang() throws InterruptedException {
        hanging.countDown();
        try {
            never.await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
        return "never";
    }

    @Resource(uri = "showcase://clock", title = "Clock", mimeType = "text/plain")
    public String clock() {
        return "noon";
    }

    @Resource(uri = "showcase://picture", mimeType = "image/png")
    public byte[] picture() {
        return new byte[] {1, 2, 3};
    }

    @ResourceTemplate(uriTemplate = "showcase://cities/{city}", mimeType = "text/plain")
    public String city(String city) {
        return city + " is a city";
    }

    @Prompt(title = "Travel", description = "Plans a journey")
    public String travel(@Arg(description = "where to") String city) {
        return "Plan a journey to " + city;
    }

    @Complete(prompt = "travel", argument = "city")
    public List<String> cities(String typed) {
        return List.of("Paris", "Prague", "Rome").stream()
                .filter(it -> it.startsWith(typed))
                .toList();
    }
}
