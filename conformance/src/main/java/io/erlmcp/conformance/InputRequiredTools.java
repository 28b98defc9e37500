package io.erlmcp.conformance;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.ListRootsResult;
import io.erlmcp.protocol.Root;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tools that ask, with the keys that the suite's modern scenarios look for. */
final class InputRequiredTools {
    static final JsonObject NAME = Samples.textField("name", "Your name");
    private static final JsonObject COLOR = Samples.textField("color", "A color");
    private static final JsonObject OK =
            Json.parseObject(
                    "{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"}},\"required\":[\"ok\"]}");

    private InputRequiredTools() {}

    static List<Feature> all() {
        return List.of(
                ToolSpec.of(
                                "test_input_required_result_elicitation",
                                (arguments, call) -> hello(call))
                        .description("Asks for a name"),
                tool(
                        "sampling",
                        "Asks the model for a capital",
                        call -> {
                            CreateMessage question =
                                    CreateMessage.of("What is the capital of France?", 100);
                            return "The model said: "
                                    + call.sample("capital_question", question).text();
                        }),
                tool(
                        "list_roots",
                        "Asks for the roots",
                        call -> "Roots: " + uris(call.roots("client_roots"))),
                tool(
                        "request_state",
                        "Leaves its state with the client",
                        InputRequiredTools::confirm),
                tool(
                        "tampered_state",
                        "Leaves its state with the client",
                        InputRequiredTools::confirm),
                tool("multiple_inputs", "Asks three things at once", InputRequiredTools::askThree),
                tool(
                        "multi_round",
                        "Asks twice",
                        call -> {
                            String name =
                                    text(call.elicit("step1", "What is your name?", NAME), "name");
                            return name
                                    + " likes "
                                    + text(call.elicit("step2", "Which color?", COLOR), "color");
                        }),
                tool(
                        "capabilities",
                        "Asks what the client can answer",
                        InputRequiredTools::askWhatIsOffered));
    }

    @FunctionalInterface
    private interface Asking {
        String answer(CallContext call);
    }

    private static ToolSpec tool(String name, String description, Asking code) {
        return ToolSpec.of(
                        "test_input_required_result_" + name,
                        (arguments, call) -> CallToolResult.text(code.answer(call)))
                .description(description);
    }

    static CallToolResult hello(CallContext call) {
        return CallToolResult.text(
                "Hello, "
                        + text(call.elicit("user_name", "What is your name?", NAME), "name")
                        + "!");
    }

    private static String confirm(CallContext call) {
        ElicitResult answer = call.elicit("confirm", "Please confirm", OK);
        return answer.isAccepted() ? "state-ok" : "not confirmed";
    }

    private static String askThree(CallContext call) {
        Map<String, InputRequest> questions = new LinkedHashMap<>();
        questions.put("user_name", new ElicitForm("What is your name?", NAME));
        questions.put("greeting", CreateMessage.of("Say hello", 100));
        questions.put("client_roots", new ListRoots());
        return told(call.ask(questions));
    }

    private static String askWhatIsOffered(CallContext call) {
        ClientCapabilities offered = call.peer().capabilities();
        Map<String, InputRequest> questions = new LinkedHashMap<>();
        if (offered.elicitationForm()) {
            questions.put("user_name", new ElicitForm("What is your name?", NAME));
        }
        if (offered.sampling()) {
            questions.put("greeting", CreateMessage.of("Say hello", 100));
        }
        return questions.isEmpty() ? "nothing to ask with" : told(call.ask(questions));
    }

    private static String told(Map<String, InputResponse> answers) {
        return answers.entrySet().stream()
                .map(
                        answer ->
                                answer.getKey()
                                        + "="
                                        + switch (answer.getValue()) {
                                            case ElicitResult form -> form.content().toJson();
                                            case CreateMessageResult message -> message.text();
                                            case ListRootsResult roots -> uris(roots.roots());
                                        })
                .collect(Collectors.joining("; "));
    }

    private static String uris(List<Root> roots) {
        return roots.stream().map(Root::uri).collect(Collectors.joining(", "));
    }

    private static String text(ElicitResult answer, String field) {
        if (answer.content().get(field) instanceof JsonString text) {
            return text.value();
        }
        throw new ToolFailure("The user gave no " + field);
    }
}
