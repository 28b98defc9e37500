package io.erlmcp.conformance;

import io.erlmcp.client.ClientBuilder;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.PromptArgument;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.Tool;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The client under test of the official suite: does what the scenario wants to see, and ends. */
public final class ConformanceClient {
    private final String scenario;
    private final JsonObject context;
    private final ClientBuilder builder;

    private ConformanceClient(String url, Map<String, String> environment) {
        scenario = environment.getOrDefault("MCP_CONFORMANCE_SCENARIO", "tools_call");
        context = Json.parseObject(environment.getOrDefault("MCP_CONFORMANCE_CONTEXT", "{}"));
        String version = environment.getOrDefault("MCP_CONFORMANCE_PROTOCOL_VERSION", "");
        EraChoice era =
                version.isEmpty()
                        ? EraChoice.AUTO
                        : version.compareTo("2026-07-28") >= 0
                                ? EraChoice.MODERN
                                : EraChoice.LEGACY;
        builder =
                McpClient.builder(StreamableHttpClientTransport.to(url))
                        .name("erlmcp-conformance", "0.1.0")
                        .era(era)
                        .timeout(Duration.ofSeconds(20));
    }

    /** {@code URL}, or {@code --help} for the run that records what a start loads. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("--help")) {
            try (Rehearsal rehearsal = new Rehearsal()) {
                new ConformanceClient(rehearsal.url(), Map.of()).run();
            }
            return;
        }
        if (arguments.length != 1) {
            System.err.println("usage: conformance/client URL");
            System.exit(2);
        }
        new ConformanceClient(arguments[0], System.getenv()).run();
    }

    private void run() {
        switch (scenario) {
            case "initialize" -> connected(client -> {});
            case "elicitation-sep1034-client-defaults" ->
                    acceptingForms("test_client_elicitation_defaults");
            case "sse-retry" ->
                    connected(client -> client.call("test_reconnection", JsonObject.EMPTY));
            case "request-metadata", "json-schema-ref-no-deref" -> connected(McpClient::tools);
            case "sep-2322-client-request-state" -> rounds();
            case "http-standard-headers" -> connected(ConformanceClient::everything);
            case "http-custom-headers" -> connected(this::customHeaders);
            case "http-invalid-tool-headers" -> connected(ConformanceClient::validToolsOnly);
            case "json-schema-2020-12-preservation" -> connected(ConformanceClient::schemaEcho);
            case "tools_call" ->
                    connected(
                            client -> {
                                client.tools();
                                client.call("add_numbers", JsonObject.of("a", 5, "b", 3));
                            });
            default ->
                    connected(
                            client -> {
                                client.tools();
                                client.call("test-tool", JsonObject.EMPTY);
                            });
        }
    }

    private void connected(Consumer<McpClient> work) {
        try (McpClient client = builder.connect()) {
            work.accept(client);
        }
    }

    private void acceptingForms(String tool) {
        builder.onElicit(form -> ElicitResult.accept(JsonObject.EMPTY));
        connected(
                client -> {
                    client.tools();
                    client.call(tool, JsonObject.EMPTY);
                });
    }

    /**
     * While the first tool asks, another is called: its state must not be mixed up with the first
     * one's.
     */
    private void rounds() {
        McpClient[] client = new McpClient[1];
        AtomicBoolean first = new AtomicBoolean(true);
        builder.onElicit(
                form -> {
                    if (first.compareAndSet(true, false)) {
                        client[0].call("test_mrtr_unrelated", JsonObject.EMPTY);
                    }
                    return ElicitResult.accept(JsonObject.of("confirmed", true));
                });
        connected(
                it -> {
                    client[0] = it;
                    it.tools();
                    it.call("test_mrtr_echo_state", JsonObject.EMPTY);
                    it.call("test_mrtr_no_state", JsonObject.EMPTY);
                    it.call("test_mrtr_no_result_type", JsonObject.EMPTY);
                });
    }

    private static void everything(McpClient client) {
        for (Tool tool : client.tools()) {
            client.call(tool.name(), JsonObject.EMPTY);
        }
        for (Resource resource : client.resources()) {
            client.readResource(resource.uri());
        }
        for (Prompt prompt : client.prompts()) {
            Map<String, String> arguments = new HashMap<>();
            for (PromptArgument argument : prompt.arguments()) {
                arguments.put(argument.name(), "x");
            }
            client.getPrompt(prompt.name(), arguments);
        }
    }

    private void customHeaders(McpClient client) {
        client.tools();
        for (JsonValue call : context.array("toolCalls").orElse(JsonArray.EMPTY)) {
            if (call instanceof JsonObject wanted) {
                client.call(
                        wanted.requireString("name"),
                        wanted.object("arguments").orElse(JsonObject.EMPTY));
            }
        }
    }

    private static void validToolsOnly(McpClient client) {
        List<Tool> tools = client.tools();
        for (Tool tool : tools) {
            client.call(tool.name(), arguments(tool));
        }
    }

    /** Some value for each property. */
    private static JsonObject arguments(Tool tool) {
        JsonObject.Builder arguments = JsonObject.builder();
        tool.inputSchema()
                .object("properties")
                .orElse(JsonObject.EMPTY)
                .members()
                .forEach(
                        (name, schema) -> {
                            String type =
                                    schema instanceof JsonObject object
                                                    && object.get("type") instanceof JsonString text
                                            ? text.value()
                                            : "string";
                            switch (type) {
                                case "integer", "number" -> arguments.put(name, 1);
                                case "boolean" -> arguments.put(name, true);
                                default -> arguments.put(name, "x");
                            }
                        });
        return arguments.build();
    }

    private static void schemaEcho(McpClient client) {
        for (Tool tool : client.tools()) {
            if (tool.name().equals("json_schema_2020_12_tool")) {
                client.call("json_schema_echo", JsonObject.of("schema", tool.inputSchema()));
            }
        }
    }
}
