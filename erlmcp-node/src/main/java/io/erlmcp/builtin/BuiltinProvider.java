package io.erlmcp.builtin;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Catalogs;
import io.erlmcp.feature.CompletionSpec;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.PromptSpec;
import io.erlmcp.feature.ResourceSpec;
import io.erlmcp.feature.ResourceTemplateSpec;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.feature.ToolProvider;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.PromptMessage;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.ToolAnnotations;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The built-in tools, resources and prompt.
 *
 * <p>tidy: sleep, because a countdown takes its time.
 */
public final class BuiltinProvider implements ToolProvider {
    private static final ToolAnnotations READ_ONLY =
            new ToolAnnotations(null, true, null, true, false);
    private static final List<String> LANGUAGES =
            List.of("English", "Erlang", "Esperanto", "French", "German");

    private static final JsonObject TEXT =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {"text": {"type": "string", "description": "What to answer"}},
                      "required": ["text"]
                    }
                    """);
    private static final JsonObject NUMBERS =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
                      "required": ["a", "b"]
                    }
                    """);
    private static final JsonObject SUM =
            Json.parseObject(
                    """
                    {"type": "object", "properties": {"sum": {"type": "number"}}, "required": ["sum"]}
                    """);
    private static final JsonObject STEPS =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "from": {"type": "integer", "minimum": 1, "maximum": 100, "default": 5},
                        "pause_ms": {"type": "integer", "minimum": 0, "maximum": 10000, "default": 200}
                      }
                    }
                    """);
    private static final JsonObject PERSON =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "name": {"type": "string", "title": "Your name", "minLength": 1, "maxLength": 80},
                        "greeting": {"type": "string", "enum": ["Hello", "Hi", "Hej"], "default": "Hello"}
                      },
                      "required": ["name"]
                    }
                    """);
    private static final JsonObject SHORTCUT =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "name": {"type": "string", "description": "After say_", "pattern": "^[a-z][a-z0-9_]{0,40}$"},
                        "answer": {"type": "string", "description": "What it will answer; empty takes it out again"}
                      },
                      "required": ["name", "answer"]
                    }
                    """);
    private static final int MAX_SHORTCUTS = 100;

    private volatile @Nullable Catalogs catalogs;

    /** For the node. */
    public BuiltinProvider() {}

    @Override
    public void started(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    @Override
    public List<Feature> features() {
        return Stream.concat(tools().stream(), resourcesAndPrompts().stream()).toList();
    }

    private List<Feature> tools() {
        return List.of(
                ToolSpec.of(
                                "echo",
                                (arguments, call) ->
                                        CallToolResult.text(
                                                arguments.object().requireString("text")))
                        .description("Answers its text")
                        .inputSchema(TEXT)
                        .annotations(READ_ONLY)
                        .nonBlocking(),
                ToolSpec.of("add", (arguments, call) -> add(arguments.object()))
                        .description("Adds two numbers; the result is structured")
                        .inputSchema(NUMBERS)
                        .outputSchema(SUM)
                        .annotations(READ_ONLY)
                        .nonBlocking(),
                ToolSpec.of("countdown", (arguments, call) -> countDown(arguments.object(), call))
                        .description("Counts down and reports progress")
                        .inputSchema(STEPS)
                        .annotations(READ_ONLY),
                ToolSpec.of("greet", (arguments, call) -> greet(call))
                        .description("Asks the user for a name and greets")
                        .annotations(READ_ONLY),
                ToolSpec.of("make_tool", (arguments, call) -> makeTool(arguments.object()))
                        .description(
                                "Adds a tool that answers a fixed text, and so changes the list of"
                                        + " tools")
                        .inputSchema(SHORTCUT));
    }

    private static List<Feature> resourcesAndPrompts() {
        return List.of(
                ResourceSpec.of(
                                "erlmcp://about",
                                "about",
                                "text/plain",
                                (uri, variables, call) ->
                                        text(
                                                uri,
                                                "This is erlmcp with its built-in tools. Plug-ins"
                                                        + " replace them: see docs/config.md."))
                        .description("What this server is"),
                ResourceTemplateSpec.of(
                                "erlmcp://hello/{language}",
                                "hello",
                                "text/plain",
                                (uri, variables, call) ->
                                        text(
                                                uri,
                                                "Hello in "
                                                        + variables.getOrDefault(
                                                                "language", "no language")))
                        .description("A greeting by language"),
                CompletionSpec.resource(
                        "erlmcp://hello/{language}",
                        "language",
                        (value, known, call) -> languages(value)),
                PromptSpec.of(
                                "explain",
                                (arguments, call) ->
                                        GetPromptResult.of(
                                                PromptMessage.user(
                                                        "Explain "
                                                                + arguments.get("topic")
                                                                + " to a colleague in three"
                                                                + " sentences.")))
                        .description("Asks a model to explain something")
                        .argument("topic", "What to explain", true));
    }

    private static CallToolResult add(JsonObject numbers) {
        return CallToolResult.structured(
                JsonObject.of("sum", numbers.requireNumber("a") + numbers.requireNumber("b")));
    }

    private static CallToolResult countDown(JsonObject given, CallContext call)
            throws InterruptedException {
        long from = given.integer("from").orElse(5L);
        long pauseMillis = given.integer("pause_ms").orElse(200L);
        for (long left = from; left > 0; left--) {
            call.progress((double) (from - left), (double) from, left + " left");
            Thread.sleep(pauseMillis);
        }
        call.progress((double) from, (double) from, "done");
        return CallToolResult.text("Counted down from " + from);
    }

    private static CallToolResult greet(CallContext call) {
        ElicitResult answer = call.elicit("person", "Whom shall I greet?", PERSON);
        if (!answer.isAccepted()) {
            return CallToolResult.text("Then not.");
        }
        String greeting = answer.content().string("greeting").orElse("Hello");
        String name =
                answer.content().get("name") instanceof JsonString text ? text.value() : "stranger";
        return CallToolResult.text(greeting + ", " + name + "!");
    }

    private CallToolResult makeTool(JsonObject given) {
        Catalogs server = Objects.requireNonNull(catalogs, "not started");
        String name = "say_" + given.requireString("name");
        String answer = given.requireString("answer");
        boolean existed = server.tools().remove(name);
        if (answer.isEmpty()) {
            return CallToolResult.text(existed ? name + " is gone" : "There was no " + name);
        }
        long made =
                server.tools().all().stream().filter(it -> it.name().startsWith("say_")).count();
        if (made >= MAX_SHORTCUTS) {
            throw new ToolFailure(
                    "There are " + made + " such tools, the limit is " + MAX_SHORTCUTS);
        }
        server.tools()
                .add(
                        ToolSpec.of(name, (arguments, call) -> CallToolResult.text(answer))
                                .description("Answers a fixed text"));
        return CallToolResult.text(name + " is there");
    }

    private static ReadResourceResult text(String uri, String text) {
        return ReadResourceResult.of(ResourceContents.text(uri, "text/plain", text));
    }

    private static Completion languages(String value) {
        return Completion.of(
                LANGUAGES.stream()
                        .filter(it -> it.regionMatches(true, 0, value, 0, value.length()))
                        .toList());
    }
}
