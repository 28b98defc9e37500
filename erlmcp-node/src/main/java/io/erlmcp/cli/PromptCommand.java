package io.erlmcp.cli;

import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.GetPromptResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code prompt TARGET NAME key=value ...}. */
@Command(
        name = "prompt",
        description = "Fills a prompt.",
        customSynopsis = {
            "erlmcp prompt [OPTIONS] URL NAME [key=value ...]",
            "erlmcp prompt [OPTIONS] NAME [key=value ...] -- COMMAND ARGS"
        },
        footer = {
            "",
            "Example:",
            "  erlmcp prompt http://127.0.0.1:8080/mcp explain topic=supervision",
            "",
            "With --json: {\"description\":\"..\", \"messages\":[..]}."
        })
final class PromptCommand extends ServerCommand {
    PromptCommand(Terminal terminal, List<String> childCommand) {
        super(terminal, childCommand);
    }

    @Override
    int requiredArguments() {
        return 1;
    }

    @Override
    int run(McpClient client, List<String> words) {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new UsageException("\"" + word + "\" is not key=value");
            }
            arguments.put(word.substring(0, equals), word.substring(equals + 1));
        }
        GetPromptResult result = client.getPrompt(words.getFirst(), arguments);
        if (options.isJson) {
            terminal.out()
                    .println(
                            JsonObject.builder()
                                    .putIfPresent("description", result.description())
                                    .put(
                                            "messages",
                                            Output.json(result, client.revision()).get("messages"))
                                    .build()
                                    .toJson());
        } else {
            result.messages()
                    .forEach(
                            message ->
                                    terminal.out()
                                            .println(
                                                    message.role().name().toLowerCase(Locale.ROOT)
                                                            + ": "
                                                            + Output.text(message.content())));
        }
        return 0;
    }
}
