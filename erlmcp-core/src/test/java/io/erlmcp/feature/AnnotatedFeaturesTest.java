package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.PromptArgument;
import io.erlmcp.protocol.PromptMessage;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.protocol.ToolAnnotations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnnotatedFeaturesTest {
    public enum Unit {
        KELVIN,
        CELSIUS
    }

    public record City(String name, Optional<String> country) {}

    public record Forecast(String city, double degrees) {}

    /** Everything that is allowed. */
    public static class Weather {
        @Tool(
                title = "Forecast",
                description = "Says how warm it will be",
                readOnly = Hint.YES,
                openWorld = Hint.NO,
                timeoutMillis = 1_500)
        public Forecast forecast(City city) {
            return new Forecast(city.name(), 21.5);
        }

        @Tool(name = "mix", nonBlocking = true)
        public String many(
                @Arg(description = "How many") int count,
                CallContext context,
                @Nullable String note,
                Optional<Double> factor,
                @Arg(defaultValue = "CELSIUS") Unit unit,
                @Arg(required = false) @Nullable List<String> tags,
                @Arg(name = "for", defaultValue = "[1, 2]") List<Integer> days,
                @Arg City city) {
            return String.join(
                    "|",
                    List.of(
                            "" + count,
                            context.principal().name(),
                            "" + note,
                            "" + factor,
                            "" + unit,
                            "" + tags,
                            "" + days,
                            city.name()));
        }

        @Tool
        public static List<Forecast> list() {
            return List.of(new Forecast("a", 1.5), new Forecast("b", 2.5));
        }

        @Tool
        public void nothing() {}

        @Tool
        public List<ContentBlock> blocks() {
            return List.of(new TextContent("x"), new TextContent("y"));
        }

        @Tool
        public CallToolResult failing() throws Exception {
            throw new java.io.IOException("disk");
        }

        @Tool
        public String refusing() {
            throw new ToolFailure("cannot");
        }

        @Prompt(description = "Greets")
        public String greet(
                String name,
                @Arg(description = "How", defaultValue = "kind") String tone,
                CallContext c) {
            return "Be " + tone + " to " + name;
        }

        @Prompt(name = "talk", title = "Talk")
        public List<PromptMessage> conversation(Optional<String> topic) {
            return List.of(PromptMessage.user(topic.orElse("any")), PromptMessage.assistant("ok"));
        }

        @Resource(uri = "x:text", mimeType = "text/csv")
        public String text() {
            return "a,b";
        }

        @Resource(uri = "x:bytes", name = "raw")
        public byte[] bytes(CallContext context) {
            return new byte[] {1};
        }

        @ResourceTemplate(uriTemplate = "x:city/{name}{?unit}")
        public String city(String uri, Optional<String> unit, String name) {
            return uri + " " + name + " " + unit.orElse("none");
        }

        @Complete(prompt = "greet", argument = "name")
        public List<String> names(String typed, Map<String, String> known, CallContext context) {
            return IntStream.range(0, 150).mapToObj(i -> typed + i).toList();
        }

        @Complete(resource = "x:city/{name}{?unit}", argument = "name")
        public Completion cities(String typed) {
            return Completion.of(List.of(typed + "ville"));
        }

        public String notOffered() {
            return "";
        }
    }

    private final ToolCatalog tools = new ToolCatalog();
    private final PromptCatalog prompts = new PromptCatalog();
    private final ResourceCatalog resources = new ResourceCatalog();
    private final Completions completions =
            new Completions(CatalogConfig.DEFAULTS, prompts, resources);
    private final CallContext context = new FakeCallContext();

    @Test
    void everyAnnotatedMethodIsAFeatureInOrderOfTheirNames() {
        load(new Weather());

        assertThat(tools.all())
                .extracting(ToolSpec::name)
                .containsExactly(
                        "blocks", "failing", "forecast", "list", "mix", "nothing", "refusing");
        assertThat(prompts.all()).extracting(PromptSpec::name).containsExactly("talk", "greet");
        assertThat(resources.find("x:text")).isPresent();
        assertThat(resources.findTemplate("x:city/{name}{?unit}")).isPresent();
    }

    @Test
    void aSingleRecordIsAllArguments() throws Exception {
        load(new Weather());
        ToolSpec spec = tools.find("forecast").orElseThrow();

        assertThat(spec.tool().inputSchema())
                .isEqualTo(
                        Json.parseObject(
                                """
                                {"type": "object",
                                 "properties": {"name": {"type": "string"}, "country": {"type": "string"}},
                                 "required": ["name"]}\
                                """));
        assertThat(spec.tool().title()).isEqualTo("Forecast");
        assertThat(spec.tool().description()).isEqualTo("Says how warm it will be");
        assertThat(spec.tool().annotations())
                .isEqualTo(new ToolAnnotations(null, true, null, null, false));
        assertThat(spec.timeout()).hasValue(Duration.ofMillis(1_500));
        assertThat(spec.isNonBlocking()).isFalse();
        assertThat(call("forecast", "{\"name\": \"Oslo\"}").structuredContent())
                .isEqualTo(JsonObject.of("city", "Oslo", "degrees", 21.5));
    }

    @Test
    void parametersAreArgumentsByName() throws Exception {
        load(new Weather());
        ToolSpec spec = tools.find("mix").orElseThrow();

        assertThat(spec.isNonBlocking()).isTrue();
        assertThat(spec.tool().outputSchema()).isNull();
        assertThat(spec.tool().inputSchema())
                .isEqualTo(
                        Json.parseObject(
                                """
                                {"type": "object",
                                 "properties": {
                                   "count": {"type": "integer", "description": "How many"},
                                   "note": {"type": "string"},
                                   "factor": {"type": "number"},
                                   "unit": {"type": "string", "enum": ["KELVIN", "CELSIUS"], "default": "CELSIUS"},
                                   "tags": {"type": "array", "items": {"type": "string"}},
                                   "for": {"type": "array", "items": {"type": "integer"}, "default": [1, 2]},
                                   "city": {"type": "object",
                                     "properties": {"name": {"type": "string"}, "country": {"type": "string"}},
                                     "required": ["name"]}},
                                 "required": ["count", "city"]}\
                                """));
        assertThat(call("mix", "{\"count\": 3, \"city\": {\"name\": \"Oslo\"}}"))
                .isEqualTo(
                        CallToolResult.text(
                                "3|anonymous|null|Optional.empty|CELSIUS|null|[1, 2]|Oslo"));
        assertThat(
                        call(
                                "mix",
                                """
                                {"count": 3, "note": "n", "factor": 1.5, "unit": "KELVIN", "tags": ["t"], "for": [7],
                                 "city": {"name": "Oslo"}}\
                                """))
                .isEqualTo(CallToolResult.text("3|anonymous|n|Optional[1.5]|KELVIN|[t]|[7]|Oslo"));
    }

    @Test
    void anArgumentThatDoesNotBindIsNamed() throws Exception {
        load(new Weather());

        CallToolResult result =
                call("mix", "{\"count\": 5000000000, \"city\": {\"name\": \"Oslo\"}}");

        assertThat(result.isError()).isTrue();
        assertThat(result.content().toString()).contains("member 'count'");
    }

    @Test
    void otherResultsAreWhatTheyAre() throws Exception {
        load(new Weather());

        assertThat(call("nothing", "{}")).isEqualTo(CallToolResult.of());
        assertThat(call("blocks", "{}").content())
                .containsExactly(new TextContent("x"), new TextContent("y"));
        assertThat(String.valueOf(call("list", "{}").structuredContent()))
                .isEqualTo("[{\"city\":\"a\",\"degrees\":1.5},{\"city\":\"b\",\"degrees\":2.5}]");
        assertThat(call("refusing", "{}")).isEqualTo(CallToolResult.error("cannot"));
        assertThatThrownBy(() -> call("failing", "{}"))
                .isInstanceOf(java.io.IOException.class)
                .hasMessage("disk");
    }

    @Test
    void promptsTakeStrings() throws Exception {
        load(new Weather());

        assertThat(prompts.find("greet").orElseThrow().prompt().arguments())
                .containsExactly(
                        new PromptArgument("name", null, null, true),
                        new PromptArgument("tone", null, "How", false));
        assertThat(prompts.get("greet", Map.of("name", "Ada"), context))
                .isEqualTo(
                        new GetPromptResult(
                                "Greets",
                                List.of(PromptMessage.user("Be kind to Ada")),
                                JsonObject.EMPTY));
        assertThat(prompts.get("talk", Map.of(), context).messages())
                .containsExactly(PromptMessage.user("any"), PromptMessage.assistant("ok"));
        assertThatThrownBy(() -> prompts.get("greet", Map.of(), context))
                .isInstanceOf(McpException.class);
    }

    @Test
    void resourcesReturnTextOrBytes() throws Exception {
        load(new Weather());

        assertThat(resources.read("x:text", context).contents())
                .containsExactly(ResourceContents.text("x:text", "text/csv", "a,b"));
        assertThat(resources.read("x:bytes", context).contents())
                .containsExactly(
                        ResourceContents.blob(
                                "x:bytes", "application/octet-stream", new byte[] {1}));
        assertThat(resources.read("x:city/New%20York?unit=K", context).contents())
                .containsExactly(
                        ResourceContents.text(
                                "x:city/New%20York?unit=K",
                                "text/plain", "x:city/New%20York?unit=K New York K"));
    }

    @Test
    void completionsAreCutAtOneHundred() throws Exception {
        load(new Weather());

        Completion names =
                completions.complete(
                        new CompletionRef.PromptRef("greet"), "name", "a", Map.of(), context);
        Completion cities =
                completions.complete(
                        new CompletionRef.ResourceRef("x:city/{name}{?unit}"),
                        "name",
                        "a",
                        Map.of(),
                        context);

        assertThat(names.values()).hasSize(100);
        assertThat(names.total()).isEqualTo(150);
        assertThat(names.hasMore()).isTrue();
        assertThat(cities.values()).containsExactly("aville");
    }

    private void load(Object bean) {
        for (Feature feature : AnnotatedFeatures.of(bean)) {
            switch (feature) {
                case ToolSpec tool -> tools.add(tool);
                case PromptSpec prompt -> prompts.add(prompt);
                case ResourceSpec resource -> resources.add(resource);
                case ResourceTemplateSpec template -> resources.add(template);
                case CompletionSpec completion -> completions.add(completion);
            }
        }
    }

    private CallToolResult call(String tool, String arguments) throws Exception {
        return tools.call(tool, JsonSlice.of(arguments.getBytes(StandardCharsets.UTF_8)), context);
    }
}
