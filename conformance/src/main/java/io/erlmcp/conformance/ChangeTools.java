package io.erlmcp.conformance;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Catalogs;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.PromptSpec;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.PromptMessage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tools that change what the server offers, so that subscribers hear of it. */
final class ChangeTools {
    private static final JsonObject TOUCH =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "uri": {"type": "string"},
                        "n": {"type": "integer", "minimum": 0, "maximum": 100000}
                      },
                      "required": ["uri"]
                    }
                    """);

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
                                "Tells subscribers that " + FixtureResources.WATCHED + " changed"),
                ToolSpec.of("touch", this::touch)
                        .description("Tells subscribers n times that a resource changed")
                        .inputSchema(TOUCH));
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

    private CallToolResult touch(JsonSlice arguments, CallContext call) {
        JsonObject given = arguments.object();
        String uri = given.requireString("uri");
        long count = given.integer("n").orElse(1L);
        Catalogs server = Objects.requireNonNull(catalogs, "not started");
        for (long i = 0; i < count && !call.isCancelled(); i++) {
            server.resourceUpdated(uri);
        }
        return CallToolResult.text("Subscribers were told " + count + " times");
    }

    private CallToolResult updateResource() {
        Objects.requireNonNull(catalogs, "not started").resourceUpdated(FixtureResources.WATCHED);
        return CallToolResult.text("Subscribers were told");
    }
}
