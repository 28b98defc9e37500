package io.erlmcp.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.client.CallOptions;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.Tool;
import java.util.List;
import java.util.Map;

/** Assertions about what a server offers and answers, seen through a connected client. */
public final class ClientAssert {
    private final McpClient client;

    ClientAssert(McpClient client) {
        this.client = client;
    }

    /** The server lists exactly these tools, in any order. */
    public ClientAssert hasTools(String... names) {
        List<String> listed = client.tools().stream().map(Tool::name).toList();
        assertThat(listed).as("tools").containsExactlyInAnyOrder(names);
        return this;
    }

    /** The server lists exactly these prompts, in any order. */
    public ClientAssert hasPrompts(String... names) {
        List<String> listed = client.prompts().stream().map(Prompt::name).toList();
        assertThat(listed).as("prompts").containsExactlyInAnyOrder(names);
        return this;
    }

    /** The server lists exactly the resources with these URIs, in any order. */
    public ClientAssert hasResources(String... uris) {
        List<String> listed = client.resources().stream().map(Resource::uri).toList();
        assertThat(listed).as("resources").containsExactlyInAnyOrder(uris);
        return this;
    }

    /** The server lists exactly these URI templates, in any order. */
    public ClientAssert hasResourceTemplates(String... uriTemplates) {
        List<String> listed =
                client.resourceTemplates().stream().map(ResourceTemplate::uriTemplate).toList();
        assertThat(listed).as("resource templates").containsExactlyInAnyOrder(uriTemplates);
        return this;
    }

    /** The client and its server agreed on this revision. */
    public ClientAssert speaks(Revision revision) {
        assertThat(client.revision()).as("revision").isEqualTo(revision);
        return this;
    }

    /** Calls a tool without arguments, now; what follows is about the answer. */
    public CallAssert whenCalling(String tool) {
        return whenCalling(tool, JsonObject.EMPTY);
    }

    /** Calls a tool with a record, a map or a JSON object as arguments. */
    public CallAssert whenCalling(String tool, Object arguments) {
        return whenCalling(tool, arguments, CallOptions.NONE);
    }

    /**
     * As {@link #whenCalling(String, Object)}; progress is collected unless the options hear it.
     */
    public CallAssert whenCalling(String tool, Object arguments, CallOptions options) {
        if (!(JsonValue.of(arguments) instanceof JsonObject object)) {
            throw new IllegalArgumentException(
                    "arguments of " + tool + " must be a JSON object: " + arguments);
        }
        return CallAssert.of(client, tool, object, options);
    }

    /** Gets a prompt, now; what follows is about the answer. */
    public PromptAssert whenGettingPrompt(String name, Map<String, String> arguments) {
        return new PromptAssert(
                Outcome.of("prompts/get " + name, () -> client.getPrompt(name, arguments)));
    }

    /** Reads a resource, now; what follows is about the answer. */
    public ResourceAssert whenReading(String uri) {
        return new ResourceAssert(
                Outcome.of("resources/read " + uri, () -> client.readResource(uri)));
    }
}
