package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.protocol.ToolAnnotations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ToolSpecTest {
    public record Numbers(int a, Optional<Integer> b) {}

    public record Sum(long sum) {}

    private final ToolCatalog catalog = new ToolCatalog();

    @Test
    void aTypedToolHasSchemasOfItsRecords() {
        ToolSpec spec =
                ToolSpec.typed("add", Numbers.class, Sum.class, (in, call) -> new Sum(in.a()));

        assertThat(spec.tool().inputSchema())
                .isEqualTo(
                        Json.parseObject(
                                """
                                {"type": "object",
                                 "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                                 "required": ["a"]}\
                                """));
        assertThat(spec.tool().outputSchema())
                .isEqualTo(
                        Json.parseObject(
                                """
                                {"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"]}\
                                """));
    }

    @Test
    void aTypedToolAnswersStructuredContentAndItsText() throws Exception {
        catalog.add(
                ToolSpec.typed(
                        "add",
                        Numbers.class,
                        Sum.class,
                        (in, call) -> new Sum(in.a() + in.b().orElse(0))));

        CallToolResult result = call("add", "{\"a\": 1, \"b\": 2}");

        assertThat(result.structuredContent()).isEqualTo(JsonObject.of("sum", 3));
        assertThat(result.content()).containsExactly(new TextContent("{\"sum\":3}"));
    }

    @Test
    void argumentsThatDoNotBindAreAResultThatNamesTheMember() throws Exception {
        // The schema allows any integer; the record takes 32 bits.
        catalog.add(ToolSpec.typed("add", Numbers.class, Sum.class, (in, call) -> new Sum(in.a())));

        CallToolResult result = call("add", "{\"a\": 5000000000}");

        assertThat(result.isError()).isTrue();
        assertThat(((TextContent) result.content().getFirst()).text())
                .startsWith("Invalid arguments: ")
                .contains("a");
    }

    @Test
    void everyOtherAnswerIsWhatItIs() throws Exception {
        CallToolResult whole =
                new CallToolResult(List.of(), JsonObject.EMPTY, false, JsonObject.of("k", 1));
        assertThat(answer(String.class, "text")).isEqualTo(CallToolResult.text("text"));
        assertThat(answer(Integer.class, 42)).isEqualTo(CallToolResult.text("42"));
        assertThat(answer(Boolean.class, true)).isEqualTo(CallToolResult.text("true"));
        assertThat(answer(Void.class, null)).isEqualTo(CallToolResult.of());
        assertThat(answer(CallToolResult.class, whole)).isEqualTo(whole);
        assertThat(answer(TextContent.class, new TextContent("x")))
                .isEqualTo(CallToolResult.text("x"));
        assertThat(answer(ContentBlock.class, new TextContent("x")))
                .isEqualTo(CallToolResult.text("x"));
        assertThat(answer(Object.class, List.of(new TextContent("x"))))
                .isEqualTo(CallToolResult.text("x"));
        assertThat(answer(JsonObject.class, JsonObject.of("k", 1)).structuredContent())
                .isEqualTo(JsonObject.of("k", 1));
    }

    @Test
    void aRecordThatIsNullBreaksTheOutputSchema() {
        assertThatThrownBy(() -> answer(Sum.class, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("output schema");
    }

    @Test
    void changesMakeAnotherSpecAndKeepTheRest() {
        ToolSpec plain = ToolSpec.of("tool", (arguments, call) -> CallToolResult.of());
        Icon icon = new Icon("https://example.com/i.png", null, List.of(), null);
        ToolAnnotations hints = new ToolAnnotations(null, true, null, null, null);

        ToolSpec full =
                plain.title("Title")
                        .description("Says")
                        .annotations(hints)
                        .icons(icon)
                        .meta(JsonObject.of("k", 1))
                        .outputSchema(JsonObject.of("type", "string"))
                        .nonBlocking()
                        .timeout(Duration.ofSeconds(3));

        assertThat(full.tool().title()).isEqualTo("Title");
        assertThat(full.tool().description()).isEqualTo("Says");
        assertThat(full.tool().annotations()).isEqualTo(hints);
        assertThat(full.tool().icons()).containsExactly(icon);
        assertThat(full.tool().meta()).isEqualTo(JsonObject.of("k", 1));
        assertThat(full.tool().outputSchema()).isEqualTo(JsonObject.of("type", "string"));
        assertThat(full.isNonBlocking()).isTrue();
        assertThat(full.timeout()).hasValue(Duration.ofSeconds(3));
        assertThat(plain.tool().title()).isNull();
        assertThat(plain.isNonBlocking()).isFalse();
        assertThat(plain.timeout()).isEmpty();
    }

    @Test
    void aTimeoutMustBePositive() {
        ToolSpec spec = ToolSpec.of("tool", (arguments, call) -> CallToolResult.of());

        assertThatThrownBy(() -> spec.timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tool")
                .hasMessageContaining("PT0S");
    }

    private <O> CallToolResult answer(Class<O> type, @Nullable O value) throws Exception {
        ToolSpec spec =
                ToolSpec.<Numbers, @Nullable O>typed(
                        "answer", Numbers.class, type, (in, call) -> value);
        catalog.remove("answer");
        catalog.add(spec);
        return call("answer", "{\"a\": 1}");
    }

    private CallToolResult call(String tool, String arguments) throws Exception {
        return catalog.call(
                tool,
                JsonSlice.of(arguments.getBytes(StandardCharsets.UTF_8)),
                new FakeCallContext());
    }
}
