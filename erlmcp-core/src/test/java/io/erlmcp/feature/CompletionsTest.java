package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@Requirement("proto.roots-logging")
class CompletionsTest {
    private final PromptCatalog prompts = new PromptCatalog();
    private final ResourceCatalog resources = new ResourceCatalog();
    private final Completions completions =
            new Completions(CatalogConfig.DEFAULTS, prompts, resources);

    @Test
    void theHandlerOfTheArgumentAnswers() throws Exception {
        completions.add(
                CompletionSpec.prompt(
                        "greet",
                        "name",
                        (value, known, call) -> Completion.of(List.of(value + known.get("tone")))));
        completions.add(
                CompletionSpec.resource(
                        "x:{id}", "id", (value, known, call) -> Completion.of(List.of("1"))));

        assertThat(complete(new CompletionRef.PromptRef("greet"), "name").values())
                .containsExactly("typedkind");
        assertThat(complete(new CompletionRef.ResourceRef("x:{id}"), "id").values())
                .containsExactly("1");
    }

    @Test
    void nothingIsSuggestedForWhatIsThereWithoutAHandler() throws Exception {
        prompts.add(PromptSpec.of("greet", (arguments, call) -> GetPromptResult.of()));
        resources.add(
                ResourceTemplateSpec.of(
                        "x:{id}", "x", null, (uri, values, call) -> ReadResourceResult.of()));

        assertThat(complete(new CompletionRef.PromptRef("greet"), "name").values()).isEmpty();
        assertThat(complete(new CompletionRef.ResourceRef("x:{id}"), "id").values()).isEmpty();
    }

    @Test
    void whatIsNotThereIsInvalidParams() {
        for (CompletionRef ref :
                List.of(
                        new CompletionRef.PromptRef("nothing"),
                        new CompletionRef.ResourceRef("nothing"))) {
            assertThatThrownBy(() -> complete(ref, "name"))
                    .isInstanceOfSatisfying(
                            McpException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS))
                    .hasMessageContaining("nothing");
        }
    }

    @Test
    void oneHundredValuesAreSentAndTheRestIsTold() {
        List<String> hundred = IntStream.range(0, 100).mapToObj(i -> "v" + i).toList();
        List<String> more = IntStream.range(0, 101).mapToObj(i -> "v" + i).toList();

        assertThat(Completion.of(hundred)).isEqualTo(new Completion(hundred, 100, false));
        assertThat(Completion.of(more)).isEqualTo(new Completion(hundred, 101, true));
        assertThatThrownBy(() -> new Completion(more, null, false))
                .hasMessageContaining("100")
                .hasMessageContaining("101");
    }

    @Test
    void oneCompletionForEachArgument() {
        CompletionSpec spec =
                CompletionSpec.prompt(
                        "greet", "name", (value, known, call) -> Completion.of(List.of()));
        completions.add(spec);

        assertThatThrownBy(() -> completions.add(spec))
                .hasMessageContaining("greet")
                .hasMessageContaining("name");
        completions.replace(spec);
        assertThat(completions.remove(spec.ref(), "name")).isTrue();
        assertThat(completions.isEmpty()).isTrue();
    }

    private Completion complete(CompletionRef ref, String argument) throws Exception {
        return completions.complete(
                ref, argument, "typed", Map.of("tone", "kind"), new FakeCallContext());
    }
}
