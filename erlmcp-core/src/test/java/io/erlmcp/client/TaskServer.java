package io.erlmcp.client;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.feature.ToolHandler;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TaskSupport;
import io.erlmcp.server.McpServer;
import io.erlmcp.server.ServerLimits;
import io.erlmcp.task.TaskLimits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A server whose tools run as tasks, and wait for the test. */
final class TaskServer {
    private static final JsonObject NAME_FORM =
            JsonObject.of(
                    "type",
                    "object",
                    "properties",
                    JsonObject.of("name", JsonObject.of("type", "string")));

    final CountDownLatch release = new CountDownLatch(1);
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);
    final AtomicInteger runs = new AtomicInteger();

    McpServer server() {
        return McpServer.builder("test", "1.0")
                .limits(
                        ServerLimits.DEFAULTS.withTasks(
                                TaskLimits.DEFAULTS.withTimes(
                                        Duration.ofHours(24), Duration.ofMillis(20))))
                .add(
                        asTask("work", (arguments, call) -> work(call)),
                        asTask("fail", (arguments, call) -> fail()),
                        asTask("refuse", (arguments, call) -> refuse()),
                        asTask("hang", (arguments, call) -> hang()),
                        asTask("greet", (arguments, call) -> greet(call)),
                        asTask("two", (arguments, call) -> askTwice(call)),
                        asTask("later", (arguments, call) -> later(call)).beginsTaskItself(),
                        ToolSpec.of("job", (arguments, call) -> CallToolResult.text("job done"))
                                .taskSupport(TaskSupport.REQUIRED),
                        ToolSpec.of("quick", (arguments, call) -> CallToolResult.text("quick")))
                .build();
    }

    private static ToolSpec asTask(String name, ToolHandler code) {
        return ToolSpec.of(name, code).taskSupport(TaskSupport.OPTIONAL);
    }

    private CallToolResult work(CallContext call) throws InterruptedException {
        runs.incrementAndGet();
        call.progress(1, 2.0, "half done");
        release.await();
        return CallToolResult.text("worked");
    }

    private static CallToolResult fail() {
        throw new ToolFailure("it broke");
    }

    private static CallToolResult refuse() {
        throw new McpException(-5, "not today");
    }

    private CallToolResult hang() throws InterruptedException {
        entered.countDown();
        try {
            new CountDownLatch(1).await();
        } finally {
            interrupted.countDown();
        }
        return CallToolResult.text("never");
    }

    private static CallToolResult greet(CallContext call) {
        return CallToolResult.text("Hello " + name(call.elicit("n", "?", NAME_FORM)));
    }

    private static CallToolResult askTwice(CallContext call) {
        Map<String, InputRequest> both = new LinkedHashMap<>();
        both.put("a", new ElicitForm("a?", NAME_FORM));
        both.put("b", new ElicitForm("b?", NAME_FORM));
        call.ask(both);
        call.ask(both);
        return CallToolResult.text(name(call.elicit("c", "c?", NAME_FORM)));
    }

    private CallToolResult later(CallContext call) {
        String name = name(call.elicit("n", "?", NAME_FORM));
        String kept = call.once("kept", String.class, () -> "run " + runs.incrementAndGet());
        call.continueAsTask();
        return CallToolResult.text(
                name + ' ' + kept + ' ' + name(call.elicit("m", "?", NAME_FORM)));
    }

    private static String name(ElicitResult answer) {
        return answer.isAccepted() ? answer.content().string("name").orElse("?") : "nobody";
    }
}
