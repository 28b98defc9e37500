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
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
            return String.join("|", List.of(
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
        public String greet(String name, @Arg(description = "How", defaultValue = "kind") String tone, CallContext c) {
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
    private final Completions completions = new Completions(CatalogConfig.DEFAULTS, prompts, resources);
    private final CallContext context = new FakeCallContext();

    @Test
    void everyAnnotatedMethodIsAFeatureInOrderOfTheirNames() {
        load(new Weather());

        assertThat(tools.all())
                .extracting(ToolSpec::name)
                .containsExactly("blocks", "failing", "forecast", "list", "mix", "nothing", "refusing");
        assertThat(prompts.all()).extracting(PromptSpec::name).containsExactly("talk", "greet");
        assertThat(resources.find("x:text")).isPresent();
        assertThat(resources.findTemplate("x:city/{name}{?unit}")).isPresent();
    }

    @Test
    void aSingleRecordIsAllArguments() throws Exception {
        load(new Weather());
        ToolSpec spec = tools.find("forecast").orElseThrow();

        assertThat(spec.tool().inputSchema()).isEqualTo(Json.parseObject("""
                {"type": "object",
                 "properties": {"name": {"type": "string"}, "country": {"type": "string"}},
                 "required": ["name"]}"""));
        assertThat(spec.tool().title()).isEqualTo("Forecast");
        assertThat(spec.tool().description()).isEqualTo("Says how warm it will be");
        assertThat(spec.tool().annotations()).isEqualTo(new ToolAnnotations(null, true, null, null, false));
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
        assertThat(spec.tool().inputSchema()).isEqualTo(Json.parseObject("""
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
                 "required": ["count", "city"]}"""));
        assertThat(call("mix", "{\"count\": 3, \"city\": {\"name\": \"Oslo\"}}"))
                .isEqualTo(CallToolResult.text("3|anonymous|null|Optional.empty|CELSIUS|null|[1, 2]|Oslo"));
        assertThat(call("mix", """
                        {"count": 3, "note": "n", "factor": 1.5, "unit": "KELVIN", "tags": ["t"], "for": [7],
                         "city": {"name": "Oslo"}}"""))
                .isEqualTo(CallToolResult.text("3|anonymous|n|Optional[1.5]|KELVIN|[t]|[7]|Oslo"));
    }

    @Test
    void anArgumentThatDoesNotBindIsNamed() throws Exception {
        load(new Weather());

        CallToolResult result = call("mix", "{\"count\": 5000000000, \"city\": {\"name\": \"Oslo\"}}");

        assertThat(result.isError()).isTrue();
        assertThat(result.content().toString()).contains("member 'count'");
    }

    @Test
    void otherResultsAreWhatTheyAre() throws Exception {
        load(new Weather());

        assertThat(call("nothing", "{}")).isEqualTo(CallToolResult.of());
        assertThat(call("blocks", "{}").content()).containsExactly(new TextContent("x"), new TextContent("y"));
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
                        new PromptArgument("name", null, null, true), new PromptArgument("tone", null, "How", false));
        assertThat(prompts.get("greet", Map.of("name", "Ada"), context))
                .isEqualTo(new GetPromptResult(
                        "Greets", List.of(PromptMessage.user("Be kind to Ada")), JsonObject.EMPTY));
        assertThat(prompts.get("talk", Map.of(), context).messages())
                .containsExactly(PromptMessage.user("any"), PromptMessage.assistant("ok"));
        assertThatThrownBy(() -> prompts.get("greet", Map.of(), context)).isInstanceOf(McpException.class);
    }

    @Test
    void resourcesReturnTextOrBytes() throws Exception {
        load(new Weather());

        assertThat(resources.read("x:text", context).contents())
                .containsExactly(ResourceContents.text("x:text", "text/csv", "a,b"));
        assertThat(resources.read("x:bytes", context).contents())
                .containsExactly(ResourceContents.blob("x:bytes", "application/octet-stream", new byte[] {1}));
        assertThat(resources.read("x:city/New%20York?unit=K", context).contents())
                .containsExactly(ResourceContents.text(
                        "x:city/New%20York?unit=K", "text/plain", "x:city/New%20York?unit=K New York K"));
    }

    @Test
    void completionsAreCutAtOneHundred() throws Exception {
        load(new Weather());

        Completion names =
                completions.complete(new CompletionRef.PromptRef("greet"), "name", "a", Map.of(), context);
        Completion cities = completions.complete(
                new CompletionRef.ResourceRef("x:city/{name}{?unit}"), "name", "a", Map.of(), context);

        assertThat(names.values()).hasSize(100);
        assertThat(names.total()).isEqualTo(150);
        assertThat(names.hasMore()).isTrue();
        assertThat(cities.values()).containsExactly("aville");
    }

    /** A mistake, and what the message must say of it. */
    record Mistake(Object bean, List<String> words) {
        @Override
        public String toString() {
            return bean.getClass().getSimpleName();
        }
    }

    static List<Mistake> mistakes() {
        return List.of(
                new Mistake(new HiddenClass(), List.of("HiddenClass.run()", "class must be public")),
                new Mistake(new HiddenMethod(), List.of("HiddenMethod.run()", "method must be public")),
                new Mistake(new NothingAnnotated(), List.of("NothingAnnotated", "no method has @Tool")),
                new Mistake(new TwoAnnotations(), List.of("TwoAnnotations.run()", "@Tool", "@Prompt")),
                new Mistake(new BadName(), List.of("BadName.run()", "no good")),
                new Mistake(new SameNames(), List.of("SameNames.run(int, int)", "two parameters are named a")),
                new Mistake(new PrimitiveOptional(), List.of("run(int)", "parameter a", "int needs a default")),
                new Mistake(new BadDefault(), List.of("run(int)", "default value of parameter a")),
                new Mistake(new BadDefaultJson(), List.of("run(int)", "default value of parameter a")),
                new Mistake(new RawOptional(), List.of("run(Optional)", "parameter a")),
                new Mistake(new NumberPrompt(), List.of("run(int)", "parameter a of a prompt must be a String")),
                new Mistake(new VoidPrompt(), List.of("run()", "prompt must return")),
                new Mistake(new VoidResource(), List.of("run()", "resource must return")),
                new Mistake(new UnknownVariable(), List.of("run(String)", "parameter b", "[a]")),
                new Mistake(new BadTemplate(), List.of("run()", "URI template x:{a*}")),
                new Mistake(new CompleteNothing(), List.of("run(String)", "exactly one of prompt and resource")),
                new Mistake(new CompleteBoth(), List.of("run(String)", "exactly one of prompt and resource")),
                new Mistake(new CompleteNumber(), List.of("run(int)", "a completion takes")),
                new Mistake(String.class, List.of("java.lang.String", "not the class")));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsRefusedWithClassMethodAndReason(Mistake mistake) {
        assertThatThrownBy(() -> AnnotatedFeatures.of(mistake.bean()))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(mistake.words()));
    }

    @Test
    void aParameterWithoutANameIsRefusedUnlessTheAnnotationNamesIt(@TempDir Path folder) throws Exception {
        String source = """
                import io.erlmcp.feature.*;
                public class %s {
                    @Tool public String run(CallContext context, %s String text) { return text; }
                }""";
        Object nameless = compiledWithoutParameters(folder, "Nameless", source.formatted("Nameless", ""));
        Object named = compiledWithoutParameters(
                folder, "Named", source.formatted("Named", "@Arg(name = \"text\")"));

        assertThatThrownBy(() -> AnnotatedFeatures.of(nameless))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Nameless.run(CallContext, String): parameter 2 has no name")
                .hasMessageContaining("-parameters")
                .hasMessageContaining("@Arg(name = ");
        load(named);
        assertThat(call("run", "{\"text\": \"x\"}")).isEqualTo(CallToolResult.text("x"));
    }

    private static Object compiledWithoutParameters(Path folder, String name, String source) throws Exception {
        Path file = Files.writeString(folder.resolve(name + ".java"), source);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", System.getProperty("java.class.path"), file.toString());
        assertThat(status).isZero();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, AnnotatedFeaturesTest.class.getClassLoader())) {
            return loader.loadClass(name).getConstructor().newInstance();
        }
    }

    static class HiddenClass {
        @Tool
        public void run() {}
    }

    public static class HiddenMethod {
        @Tool
        void run() {}
    }

    public static class NothingAnnotated {
        public void run() {}
    }

    public static class TwoAnnotations {
        @Tool
        @Prompt
        public String run() {
            return "";
        }
    }

    public static class BadName {
        @Tool(name = "no good")
        public void run() {}
    }

    public static class SameNames {
        @Tool
        public void run(int a, @Arg(name = "a") int b) {}
    }

    public static class PrimitiveOptional {
        @Tool
        public void run(@Arg(required = false) int a) {}
    }

    public static class BadDefault {
        @Tool
        public void run(@Arg(defaultValue = "\"x\"") int a) {}
    }

    public static class BadDefaultJson {
        @Tool
        public void run(@Arg(defaultValue = "x") int a) {}
    }

    @SuppressWarnings("rawtypes")
    public static class RawOptional {
        @Tool
        public void run(Optional a) {}
    }

    public static class NumberPrompt {
        @Prompt
        public String run(int a) {
            return "";
        }
    }

    public static class VoidPrompt {
        @Prompt
        public void run() {}
    }

    public static class VoidResource {
        @Resource(uri = "x:y")
        public void run() {}
    }

    public static class UnknownVariable {
        @ResourceTemplate(uriTemplate = "x:{a}")
        public String run(String b) {
            return b;
        }
    }

    public static class BadTemplate {
        @ResourceTemplate(uriTemplate = "x:{a*}")
        public String run() {
            return "";
        }
    }

    public static class CompleteNothing {
        @Complete(argument = "a")
        public List<String> run(String typed) {
            return List.of(typed);
        }
    }

    public static class CompleteBoth {
        @Complete(prompt = "a", resource = "b", argument = "a")
        public List<String> run(String typed) {
            return List.of(typed);
        }
    }

    public static class CompleteNumber {
        @Complete(prompt = "a", argument = "a")
        public List<String> run(int typed) {
            return List.of("" + typed);
        }
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
