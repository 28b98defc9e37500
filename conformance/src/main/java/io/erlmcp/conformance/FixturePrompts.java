package io.erlmcp.conformance;

import io.erlmcp.feature.CompletionSpec;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.PromptSpec;
import io.erlmcp.json.JsonString;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.EmbeddedResource;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.ImageContent;
import io.erlmcp.protocol.PromptMessage;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.Role;
import java.util.List;
import java.util.stream.Stream;

/** The prompts of the suite. */
final class FixturePrompts {
    private FixturePrompts() {}

    static List<Feature> all() {
        return List.of(
                PromptSpec.of(
                                "test_simple_prompt",
                                (arguments, call) ->
                                        GetPromptResult.of(
                                                PromptMessage.user(
                                                        "This is a simple prompt for testing.")))
                        .description("One message"),
                PromptSpec.of(
                                "test_prompt_with_arguments",
                                (arguments, call) ->
                                        GetPromptResult.of(
                                                PromptMessage.user(
                                                        "Prompt with arguments: arg1='"
                                                                + arguments.get("arg1")
                                                                + "', arg2='"
                                                                + arguments.get("arg2")
                                                                + "'")))
                        .description("Two arguments")
                        .argument("arg1", "First test argument", true)
                        .argument("arg2", "Second test argument", true),
                CompletionSpec.prompt(
                        "test_prompt_with_arguments",
                        "arg1",
                        (value, known, call) -> places(value)),
                PromptSpec.of(
                                "test_prompt_with_embedded_resource",
                                (arguments, call) ->
                                        embedded(String.valueOf(arguments.get("resourceUri"))))
                        .description("A resource inside a message")
                        .argument("resourceUri", "URI of the resource to embed", true),
                PromptSpec.of("test_prompt_with_image", (arguments, call) -> image())
                        .description("An image inside a message"),
                PromptSpec.of(
                                "test_input_required_result_prompt",
                                (arguments, call) -> {
                                    ElicitResult answer =
                                            call.elicit(
                                                    "user_context",
                                                    "Which context?",
                                                    Samples.textField("context", "The context"));
                                    String context =
                                            answer.content().get("context")
                                                            instanceof JsonString text
                                                    ? text.value()
                                                    : "none";
                                    return GetPromptResult.of(
                                            PromptMessage.user("Context: " + context));
                                })
                        .description("Asks before it answers"));
    }

    private static Completion places(String value) {
        return Completion.of(
                Stream.of("paris", "park", "party")
                        .filter(place -> place.startsWith(value))
                        .toList());
    }

    private static GetPromptResult embedded(String uri) {
        ResourceContents contents =
                ResourceContents.text(uri, "text/plain", "Embedded resource content for testing.");
        return GetPromptResult.of(
                new PromptMessage(Role.USER, new EmbeddedResource(contents)),
                PromptMessage.user("Please process the embedded resource above."));
    }

    private static GetPromptResult image() {
        return GetPromptResult.of(
                new PromptMessage(Role.USER, new ImageContent(Samples.PNG, "image/png")),
                PromptMessage.user("Please analyze the image above."));
    }
}
