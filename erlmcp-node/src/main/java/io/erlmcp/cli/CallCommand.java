package io.erlmcp.cli;

import io.erlmcp.client.CallOptions;
import io.erlmcp.client.McpClient;
import io.erlmcp.config.NearestMatch;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Tool;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code call TARGET TOOL key=value ...}. */
@Command(
        name = "call",
        description = "Calls a tool.",
        customSynopsis = {
            "erlmcp call [OPTIONS] URL TOOL [key=value ...]",
            "erlmcp call [OPTIONS] TOOL [key=value ...] -- COMMAND ARGS",
            "erlmcp call [OPTIONS] -- COMMAND ARGS -- TOOL [key=value ...]"
        },
        footer = {
            "",
            "Values are read as the tool's input schema says: numbers, true and false, text, JSON"
                    + " for objects and",
            "arrays. key:=json takes the JSON as it is; a repeated key makes an array.",
            "",
            "Examples:",
            "  erlmcp call http://127.0.0.1:8080/mcp add a=1 b=2",
            "  erlmcp call --json echo text=hi -- ./erlmcp serve --stdio",
            "",
            "With --json: {\"content\":[..], \"structuredContent\":.., \"isError\":false}. Exit"
                    + " code 1 when the tool",
            "reports a failure or the server refuses ({\"error\":{\"code\":..,\"message\":..}}), 2"
                    + " for wrong usage."
        })
final class CallCommand extends ServerCommand {
    @Option(
            names = "--args",
            paramLabel = "JSON",
            description = "All arguments as one JSON object.")
    @Nullable String arguments;

    CallCommand(Terminal terminal, List<String> childCommand) {
        super(terminal, childCommand);
    }

    @Override
    int requiredArguments() {
        return 1;
    }

    @Override
    int run(McpClient client, List<String> words) {
        String tool = words.getFirst();
        List<String> pairs = words.subList(1, words.size());
        List<Tool> tools = arguments == null ? client.tools() : List.of();
        Optional<Tool> listed = tools.stream().filter(it -> it.name().equals(tool)).findFirst();
        JsonObject schema = listed.map(Tool::inputSchema).orElse(JsonObject.EMPTY);
        JsonObject given =
                arguments == null ? new ToolArguments(schema).read(pairs) : whole(arguments, pairs);
        ProgressLine progress = new ProgressLine(terminal);
        CallOptions call =
                CallOptions.NONE
                        .withProgress(progress::progress)
                        .withLog(LogLevel.INFO, progress::log);
        CallToolResult result;
        try {
            result = client.call(tool, given, call);
        } catch (McpException e) {
            // one that is halted is in no list either, and then the server says so
            if (arguments == null && listed.isEmpty() && e.code() == ErrorCode.INVALID_PARAMS) {
                throw noSuchTool(tool, tools);
            }
            throw e;
        } finally {
            progress.clear();
        }
        // some servers answer with a failure of the tool that is not there
        if (arguments == null && listed.isEmpty() && result.isError()) {
            throw noSuchTool(tool, tools);
        }
        if (options.isJson) {
            terminal.out().println(json(client, result).toJson());
        } else {
            terminal.out().print(text(result));
        }
        return result.isError() ? 1 : 0;
    }

    private static JsonObject whole(String json, List<String> pairs) {
        if (!pairs.isEmpty()) {
            throw new UsageException("give either --args or key=value, not both");
        }
        return ServerOptions.object("--args", json);
    }

    private static UsageException noSuchTool(String name, List<Tool> tools) {
        String hint =
                NearestMatch.of(name, tools.stream().map(Tool::name).toList())
                        .map(it -> "; did you mean " + it + "?")
                        .orElse("");
        return new UsageException("the server has no tool " + name + hint);
    }

    private static JsonObject json(McpClient client, CallToolResult result) {
        JsonObject wire = Output.json(result, client.revision());
        return JsonObject.builder()
                .put("content", wire.get("content"))
                .putIfPresent("structuredContent", result.structuredContent())
                .put("isError", result.isError())
                .build();
    }

    private static String text(CallToolResult result) {
        JsonValue structured = result.structuredContent();
        return structured == null || result.isError()
                ? Output.text(result.content())
                : Output.pretty(structured) + "\n";
    }
}
