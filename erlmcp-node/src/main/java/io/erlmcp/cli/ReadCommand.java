package io.erlmcp.cli;

import io.erlmcp.client.McpClient;
import io.erlmcp.protocol.ReadResourceResult;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code read TARGET URI}. */
@Command(
        name = "read",
        description = "Reads a resource.",
        customSynopsis = {
            "erlmcp read [OPTIONS] URL URI",
            "erlmcp read [OPTIONS] URI -- COMMAND ARGS"
        },
        footer = {
            "",
            "Example:",
            "  erlmcp read http://127.0.0.1:8080/mcp erlmcp://about",
            "",
            "With --json: {\"contents\":[..]}."
        })
final class ReadCommand extends ServerCommand {
    ReadCommand(Terminal terminal, List<String> childCommand) {
        super(terminal, childCommand);
    }

    @Override
    int requiredArguments() {
        return 1;
    }

    @Override
    int run(McpClient client, List<String> arguments) {
        ReadResourceResult result = client.readResource(arguments.getFirst());
        if (options.isJson) {
            terminal.out()
                    .println(
                            io.erlmcp.json.JsonObject.of(
                                            "contents",
                                            Output.json(result, client.revision()).get("contents"))
                                    .toJson());
        } else {
            result.contents().forEach(contents -> terminal.out().println(Output.text(contents)));
        }
        return 0;
    }
}
