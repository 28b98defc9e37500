package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.testing.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@Requirement("proto.resources")
class ToolCatalogTest {
    private static final JsonObject ADD_SCHEMA =
            Json.parseObject(
                    """
                    {"type": "object",
                     "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                     "required": ["a", "b"]}\
                    """);

    private final CallContext context = new FakeCallContext();
    private final ToolCatalog catalog = new ToolCatalog();

    @Test
    void anUnknownToolIsInvalidParams() {
        assertThatThrownBy(() -> catalog.call("nowhere", JsonSlice.EMPTY_OBJECT, context))
                .isInstanceOfSatisfying(
                        McpException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS))
                .hasMessage("Unknown tool: nowhere");
    }

    @Test
    void everyViolationOfTheInputSchemaIsNamedInAResultForTheModel() throws Exception {
        catalog.add(
                ToolSpec.of("add", (arguments, call) -> CallToolResult.text("ran"))
                        .inputSchema(ADD_SCHEMA));

        CallToolResult result = call("add", "{\"a\": \"one\"}");

        assertThat(result.isError()).isTrue();
        assertThat(text(result)).contains("add").contains("a").contains("b").contains("integer");
        assertThat(text(result).lines()).hasSize(3);
    }

    @Test
    void validArgumentsReachTheHandler() throws Exception {
        catalog.add(
                ToolSpec.of(
                                "add",
                                (arguments, call) -> {
                                    JsonObject numbers = arguments.object();
                                    return CallToolResult.text(
                                            ""
                                                    + (numbers.requireInteger("a")
                                                            + numbers.requireInteger("b")));
                                })
                        .inputSchema(ADD_SCHEMA));

        assertThat(text(call("add", "{\"a\": 1, \"b\": 2}"))).isEqualTo("3");
    }

    @Test
    void argumentsWithANameTwiceAreInvalidParams() {
        catalog.add(ToolSpec.of("any", (arguments, call) -> CallToolResult.text("ran")));

        assertThatThrownBy(() -> call("any", "{\"a\": {\"b\": 1, \"b\": 2}}"))
                .isInstanceOf(McpException.class);
    }

    @Test
    void aToolFailureIsAResultThatTheModelReads() throws Exception {
        catalog.add(
                ToolSpec.of(
                        "fail",
                        (arguments, call) -> {
                            throw new ToolFailure("no such city");
                        }));

        CallToolResult result = call("fail", "{}");

        assertThat(result.isError()).isTrue();
        assertThat(text(result)).isEqualTo("no such city");
    }

    @Test
    void aBugComesThroughAsItIs() {
        IllegalStateException bug = new IllegalStateException("bug");
        catalog.add(
                ToolSpec.of(
                        "bug",
                        (arguments, call) -> {
                            throw bug;
                        }));

        assertThatThrownBy(() -> call("bug", "{}")).isSameAs(bug);
    }

    @Test
    void aResultThatBreaksTheOutputSchemaIsABugThatNamesToolAndPath() {
        JsonObject schema =
                Json.parseObject(
                        "{\"type\": \"object\", \"properties\": {\"sum\": {\"type\": \"integer\"}},"
                                + " \"required\": [\"sum\"]}");
        catalog.add(
                ToolSpec.of(
                                "wrong",
                                (arguments, call) ->
                                        CallToolResult.structured(JsonObject.of("sum", "x")))
                        .outputSchema(schema));
        catalog.add(
                ToolSpec.of("missing", (arguments, call) -> CallToolResult.text("x"))
                        .outputSchema(schema));

        assertThatThrownBy(() -> call("wrong", "{}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("wrong")
                .hasMessageContaining("sum");
        assertThatThrownBy(() -> call("missing", "{}"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("missing")
                .hasMessageContaining("structuredContent");
    }

    @Test
    void aFailureNeedsNoStructuredContent() throws Exception {
        catalog.add(
                ToolSpec.of("fail", (arguments, call) -> CallToolResult.error("no"))
                        .outputSchema(JsonObject.of("type", "object")));

        assertThat(call("fail", "{}").isError()).isTrue();
    }

    @Test
    void interceptorsRunInTheOrderOfRegistrationAroundTheTool() throws Exception {
        List<String> seen = new ArrayList<>();
        ToolCatalog intercepted =
                new ToolCatalog(
                        CatalogConfig.DEFAULTS,
                        List.of(recorder("first", seen), recorder("second", seen)));
        intercepted.add(
                ToolSpec.of(
                        "tool",
                        (arguments, call) -> {
                            seen.add("tool");
                            throw new ToolFailure("failed");
                        }));

        CallToolResult result = intercepted.call("tool", JsonSlice.EMPTY_OBJECT, context);

        assertThat(seen)
                .containsExactly("first>", "second>", "tool", "<second true", "<first true");
        assertThat(text(result)).isEqualTo("failed");
    }

    @Test
    void anInterceptorMayAnswerAndMayFail() throws Exception {
        Interceptor answers = (call, next) -> CallToolResult.text("instead of " + call.name());
        Interceptor fails =
                (call, next) -> {
                    throw new ToolFailure("not today");
                };
        for (Interceptor interceptor : List.of(answers, fails)) {
            ToolCatalog intercepted = new ToolCatalog(CatalogConfig.DEFAULTS, List.of(interceptor));
            intercepted.add(ToolSpec.of("tool", (arguments, call) -> CallToolResult.text("ran")));

            String text = text(intercepted.call("tool", JsonSlice.EMPTY_OBJECT, context));

            assertThat(text).isIn("instead of tool", "not today");
        }
    }

    @Test
    void interceptorsDoNotSeeCallsWithInvalidArguments() throws Exception {
        List<String> seen = new ArrayList<>();
        ToolCatalog intercepted =
                new ToolCatalog(CatalogConfig.DEFAULTS, List.of(recorder("first", seen)));
        intercepted.add(
                ToolSpec.of("add", (arguments, call) -> CallToolResult.text("ran"))
                        .inputSchema(ADD_SCHEMA));

        assertThat(intercepted.call("add", JsonSlice.EMPTY_OBJECT, context).isError()).isTrue();
        assertThat(seen).isEmpty();
    }

    @Test
    void aSchemaThatDoesNotCompileIsRefusedWithTheToolsName() {
        JsonObject broken =
                Json.parseObject(
                        "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"nothing\"}}}");

        assertThatThrownBy(
                        () ->
                                catalog.add(
                                        ToolSpec.of("bad", (arguments, call) -> CallToolResult.of())
                                                .inputSchema(broken)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bad")
                .hasMessageContaining("inputSchema");
    }

    @Test
    void aChangeIsHeardOnceUntilTheListenerLeaves() {
        AtomicInteger heard = new AtomicInteger();
        ToolSpec spec = ToolSpec.of("tool", (arguments, call) -> CallToolResult.of());
        long before = catalog.version();
        Registration registration = catalog.onChange(heard::incrementAndGet);

        catalog.add(spec);
        catalog.replace(spec.title("Tool"));
        catalog.remove("nowhere");
        catalog.remove("tool");

        assertThat(heard).hasValue(3);
        assertThat(catalog.version()).isEqualTo(before + 3);
        registration.close();
        registration.close();
        catalog.add(spec);
        assertThat(heard).hasValue(3);
    }

    @Test
    void aListenerThatFailsDoesNotKeepOthersFromHearing() {
        AtomicInteger heard = new AtomicInteger();
        catalog.onChange(
                () -> {
                    throw new IllegalStateException("deaf");
                });
        catalog.onChange(heard::incrementAndGet);

        assertThatThrownBy(
                        () ->
                                catalog.add(
                                        ToolSpec.of(
                                                "tool", (arguments, call) -> CallToolResult.of())))
                .hasMessage("deaf");
        assertThat(heard).hasValue(1);
        assertThat(catalog.find("tool")).isPresent();
    }

    private static Interceptor recorder(String name, List<String> seen) {
        return (call, next) -> {
            seen.add(name + '>');
            CallToolResult result = next.proceed(call);
            seen.add('<' + name + ' ' + result.isError());
            return result;
        };
    }

    private CallToolResult call(String tool, String arguments) throws Exception {
        return catalog.call(
                tool, JsonSlice.of(arguments.getBytes(StandardCharsets.UTF_8)), context);
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }
}
