package io.erlmcp.testkit;

import io.erlmcp.feature.Arg;
import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Prompt;
import io.erlmcp.feature.Resource;
import io.erlmcp.feature.ResourceTemplate;
import io.erlmcp.feature.Tool;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.json.Json;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.server.McpServer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** What the tests of the testkit talk to. */
public final class Greeter {
    public record Greeting(String text, int letters) {}

    public record Sum(int total) {}

    private final CountDownLatch never = new CountDownLatch(1);

    static McpServer server() {
        return McpServer.builder("greeter", "1.0").annotated(new Greeter()).build();
    }

    @Tool(description = "Greets somebody")
    public Greeting greet(@Arg(description = "whom") String name) {
        return new Greeting("Hello, " + name + "!", name.length());
    }

    @Tool
    public Sum add(int a, int b) {
        return new Sum(a + b);
    }

    @Tool
    public String fail() {
        throw new ToolFailure("out of words");
    }

    @Tool
    public String count(CallContext call) {
        for (double step = 1; step <= 3; step++) {
            call.progress(step, 3.0, null);
        }
        return "counted";
    }

    @Tool
    public String hang() throws InterruptedException {
        never.await();
        return "never";
    }

    @Tool
    public String introduce(CallContext call) {
        ElicitResult answer =
                call.elicit(
                        "name",
                        "Who are you?",
                        Json.parseObject(
                                "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},"
                                    + "\"required\":[\"name\"]}"));
        return "Hello, " + answer.content().string("name").orElse("stranger") + "!";
    }

    @Prompt(description = "Writes a letter")
    public String letter(String to) {
        return "Write a letter to " + to;
    }

    @Resource(uri = "greeter://motto", mimeType = "text/plain")
    public String motto() {
        return "Be kind";
    }

    @Resource(uri = "greeter://logo", mimeType = "image/png")
    public byte[] logo() {
        return "not a picture".getBytes(StandardCharsets.UTF_8);
    }

    @ResourceTemplate(uriTemplate = "greeter://people/{name}")
    public String person(String name) {
        return name + " is nice";
    }
}
