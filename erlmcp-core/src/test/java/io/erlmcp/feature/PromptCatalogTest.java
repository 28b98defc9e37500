package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.PromptArgument;
import io.erlmcp.protocol.PromptMessage;
import io.erlmcp.testing.Requirement;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@Requirement("proto.resources")
class PromptCatalogTest {
    private final PromptCatalog catalog = new PromptCatalog();
    private final PromptSpec greet =
            PromptSpec.of(
                            "greet",
                            (arguments, call) ->
                                    GetPromptResult.of(
                                            PromptMessage.user("Hello " + arguments.get("name"))))
                    .description("Greets")
                    .argument("name", "Whom", true)
                    .argument("tone", "How", false);

    @Test
    void aPromptIsFilledWithItsArguments() throws Exception {
        catalog.add(greet);

        assertThat(
                        catalog.get(
                                "greet",
                                Map.of("name", "Ada", "unknown", "x"),
                                new FakeCallContext()))
                .isEqualTo(GetPromptResult.of(PromptMessage.user("Hello Ada")));
        assertThat(greet.prompt().arguments())
                .containsExactly(
                        new PromptArgument("name", null, "Whom", true),
                        new PromptArgument("tone", null, "How", false));
    }

    @Test
    void anUnknownPromptAndAMissingArgumentAreInvalidParams() {
        catalog.add(greet);

        assertThatThrownBy(() -> catalog.get("nothing", Map.of(), new FakeCallContext()))
                .isInstanceOfSatisfying(
                        McpException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS))
                .hasMessage("Unknown prompt: nothing");
        assertThatThrownBy(
                        () -> catalog.get("greet", Map.of("tone", "kind"), new FakeCallContext()))
                .isInstanceOfSatisfying(
                        McpException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS))
                .hasMessage("Prompt greet needs argument: name");
    }

    @Test
    void promptsComeAndGoAndListenersHearOfIt() {
        AtomicInteger heard = new AtomicInteger();
        catalog.onChange(heard::incrementAndGet);

        catalog.add(greet);
        catalog.replace(greet.title("Greeting"));
        assertThat(catalog.list(null).prompts())
                .extracting(it -> it.title())
                .containsExactly("Greeting");
        assertThat(catalog.remove("greet")).isTrue();
        assertThat(catalog.remove("greet")).isFalse();

        assertThat(heard).hasValue(3);
        assertThat(catalog.isEmpty()).isTrue();
    }
}
