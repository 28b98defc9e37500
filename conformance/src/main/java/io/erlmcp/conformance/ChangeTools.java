package io.erlmcp.conformance;

import io.erlmcp.feature.Catalogs;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.PromptSpec;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.PromptMessage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tools that change what the server offers, so that subscribers hear of it. */
final class ChangeTools {
    private volatile @Nullable Catalogs catalogs;

    void started(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    List<Feature> all() {
        return List.of(
                ToolSpec.of("test_trigger_tool_change", (arguments, call) -> changeTools())
                        .description("Adds a tool, or takes it out again"),
                ToolSpec.of("test_trigger_prompt_change", (arguments, call) -> changePrompts())
                        .description("Adds a prompt, or takes it out again"),
                ToolSpec.of("test_trigger_resource_update", (arguments, call) -> updateResource())
                        .description(
                                "Tells subscribers that " + FixtureResources.WATCHED + " changed"));
    }

    private CallToolResult changeTools() {
        Catalogs server = Objects.requireNonNull(catalogs, "not started");
        if (!server.tools().remove("test_added_tool")) {
            server.tools()
                    .add(
                            ToolSpec.of(
                                            "test_added_tool",
                                            (arguments, call) -> CallToolResult.text("added"))
                                    .description("Came at run time"));
        }
        return CallToolResult.text("The list of tools changed");
    }

    private CallToolResult changePrompts() {
        Catalogs server = Objects.requireNonNull(catalogs, "not started");
        if (!server.prompts().remove("test_added_prompt")) {
            server.prompts()
                    .add(
                            PromptSpec.of(
                                            "test_added_prompt",
                                            (arguments, call) ->
                                                    GetPromptResult.of(PromptMessage.user("added")))
                                    .description("Came at run time"));
        }
        return CallToolResult.text("The list of prompts changed");
    }

    private CallToolResult updateResource() {
        Objects.requireNonNull(catalogs, "not started").resourceUpdated(FixtureResources.WATCHED);
        return CallToolResult.text("Subscribers were told");
    }
}
