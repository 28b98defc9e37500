package io.erlmcp.conformance;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.TaskSupport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tools whose calls run as tasks, with the names that the suite looks for.
 *
 * <p>tidy: sleep, because the suite asks for work that takes a while.
 */
final class TaskTools {
    private static final JsonObject CONFIRM =
            Json.parseObject(
                    "{\"type\":\"object\",\"properties\":{\"confirm\":{\"type\":\"boolean\"}}}");
    private static final JsonObject SECONDS =
            Json.parseObject(
                    """
                    {"type":"object","properties":{"seconds":{"type":"number","minimum":0}},
                    "required":["seconds"]}\
                    """);
    private static final long MAX_SECONDS = 86_400;

    private TaskTools() {}

    static List<Feature> all() {
        return List.of(
                ToolSpec.of(
                                "greet",
                                (arguments, call) ->
                                        CallToolResult.text(
                                                "Hello, "
                                                        + arguments.object().requireString("name")
                                                        + "!"))
                        .description("Says hello at once, never as a task")
                        .inputSchema(Samples.textField("name", "Whom to greet")),
                ToolSpec.of(
                                "slow_compute",
                                (arguments, call) ->
                                        compute(arguments.object().requireNumber("seconds"), call))
                        .description("Takes as many seconds as it is told")
                        .inputSchema(SECONDS)
                        .taskSupport(TaskSupport.OPTIONAL),
                ToolSpec.of("failing_job", (arguments, call) -> fail())
                        .description("Fails after a second, as tools fail")
                        .taskSupport(TaskSupport.REQUIRED),
                ToolSpec.of("protocol_error_job", (arguments, call) -> crash())
                        .description("Fails as only bugs do")
                        .taskSupport(TaskSupport.OPTIONAL),
                ToolSpec.of("confirm_delete", (arguments, call) -> delete(call))
                        .description("Asks before it pretends to delete")
                        .taskSupport(TaskSupport.OPTIONAL),
                ToolSpec.of("multi_input", (arguments, call) -> askTwo(call))
                        .description("Asks two things at once")
                        .taskSupport(TaskSupport.OPTIONAL),
                ToolSpec.of("test_tool_with_task", (arguments, call) -> askThenWork(call))
                        .description("Asks for a name, then goes on as a task")
                        .taskSupport(TaskSupport.REQUIRED)
                        .beginsTaskItself());
    }

    private static CallToolResult compute(double seconds, CallContext call)
            throws InterruptedException {
        if (seconds > MAX_SECONDS) {
            throw new ToolFailure("seconds must be at most " + MAX_SECONDS + ": " + seconds);
        }
        Duration left = Duration.ofMillis((long) (seconds * 1000));
        call.progress(0, seconds, "computing");
        Thread.sleep(left);
        return CallToolResult.text("Computed for " + seconds + " seconds");
    }

    private static CallToolResult fail() throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(1));
        throw new ToolFailure("The job failed, as it always does");
    }

    private static CallToolResult crash() {
        throw new IllegalStateException("a bug, on purpose");
    }

    private static CallToolResult delete(CallContext call) {
        ElicitResult answer = call.elicit("confirm", "Delete it?", CONFIRM);
        boolean confirmed = answer.isAccepted() && answer.content().bool("confirm").orElse(true);
        return CallToolResult.text(confirmed ? "Deleted" : "Kept");
    }

    private static CallToolResult askTwo(CallContext call) {
        Map<String, InputRequest> questions = new LinkedHashMap<>();
        questions.put("first", new ElicitForm("The first?", Samples.ANYTHING));
        questions.put("second", new ElicitForm("The second?", Samples.ANYTHING));
        Map<String, InputResponse> answers = call.ask(questions);
        return CallToolResult.text("Answered: " + String.join(", ", answers.keySet()));
    }

    private static CallToolResult askThenWork(CallContext call) throws InterruptedException {
        ElicitResult answer =
                call.elicit("user_name", "What is your name?", InputRequiredTools.NAME);
        call.continueAsTask();
        Thread.sleep(Duration.ofMillis(100));
        String name =
                answer.content().get("name") instanceof JsonString text ? text.value() : "nobody";
        return CallToolResult.text("Worked for " + name);
    }
}
