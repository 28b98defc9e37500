package io.erlmcp.conformance;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.ElicitResult;
import java.util.List;
import java.util.Locale;

/**
 * Tools that ask the user or the model, by the names of the suite's legacy scenarios; they work in
 * both eras.
 */
final class QuestionTools {
    private static final JsonObject ACCOUNT =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "username": {"type": "string", "description": "User's response"},
                        "email": {"type": "string", "description": "User's email address"}
                      },
                      "required": ["username", "email"]
                    }
                    """);

    private static final JsonObject WITH_DEFAULTS =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "name": {"type": "string", "description": "User name", "default": "John Doe"},
                        "age": {"type": "integer", "description": "User age", "default": 30},
                        "score": {"type": "number", "description": "User score", "default": 95.5},
                        "status": {
                          "type": "string",
                          "description": "User status",
                          "enum": ["active", "inactive", "pending"],
                          "default": "active"
                        },
                        "verified": {"type": "boolean", "description": "Verification status", "default": true}
                      },
                      "required": []
                    }
                    """);

    private static final JsonObject WITH_CHOICES =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
                        "titledSingle": {
                          "type": "string",
                          "oneOf": [
                            {"const": "value1", "title": "First Option"},
                            {"const": "value2", "title": "Second Option"},
                            {"const": "value3", "title": "Third Option"}
                          ]
                        },
                        "legacyEnum": {
                          "type": "string",
                          "enum": ["opt1", "opt2", "opt3"],
                          "enumNames": ["Option One", "Option Two", "Option Three"]
                        },
                        "untitledMulti": {
                          "type": "array",
                          "items": {"type": "string", "enum": ["option1", "option2", "option3"]}
                        },
                        "titledMulti": {
                          "type": "array",
                          "items": {
                            "anyOf": [
                              {"const": "value1", "title": "First Choice"},
                              {"const": "value2", "title": "Second Choice"},
                              {"const": "value3", "title": "Third Choice"}
                            ]
                          }
                        }
                      },
                      "required": []
                    }
                    """);

    private QuestionTools() {}

    static List<Feature> all() {
        return List.of(
                ToolSpec.of(
                                "test_sampling",
                                (arguments, call) -> {
                                    String prompt = arguments.object().requireString("prompt");
                                    CreateMessage question = CreateMessage.of(prompt, 100);
                                    return CallToolResult.text(
                                            "LLM response: "
                                                    + call.sample("answer", question).text());
                                })
                        .description("Asks the model")
                        .inputSchema(Samples.textField("prompt", "The prompt to send to the LLM")),
                ToolSpec.of(
                                "test_elicitation",
                                (arguments, call) -> {
                                    String message = arguments.object().requireString("message");
                                    return CallToolResult.text(
                                            "User response: "
                                                    + told(
                                                            call.elicit(
                                                                    "answer", message, ACCOUNT)));
                                })
                        .description("Asks the user for an account")
                        .inputSchema(Samples.textField("message", "The message to show the user")),
                form(
                        "test_elicitation_sep1034_defaults",
                        "Asks with defaults",
                        "Please review",
                        WITH_DEFAULTS),
                form(
                        "test_elicitation_sep1330_enums",
                        "Asks with choices",
                        "Please choose",
                        WITH_CHOICES),
                ToolSpec.of("test_missing_capability", (arguments, call) -> sample(call))
                        .description("Needs a client that offers sampling"),
                ToolSpec.of(
                                "test_streaming_elicitation",
                                (arguments, call) -> InputRequiredTools.hello(call))
                        .description("Asks for a name while the answer is streamed"));
    }

    private static ToolSpec form(
            String name, String description, String message, JsonObject schema) {
        return ToolSpec.of(
                        name,
                        (arguments, call) ->
                                CallToolResult.text(
                                        "Elicitation completed: "
                                                + told(call.elicit("answer", message, schema))))
                .description(description);
    }

    private static CallToolResult sample(CallContext call) {
        return CallToolResult.text(
                "LLM response: "
                        + call.sample("answer", CreateMessage.of("Say something", 100)).text());
    }

    private static String told(ElicitResult answer) {
        return "action="
                + answer.action().name().toLowerCase(Locale.ROOT)
                + ", content="
                + answer.content().toJson();
    }
}
