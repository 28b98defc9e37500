package io.erlmcp.cli;

import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.PromptArgument;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code list TARGET}. */
@Command(
        name = "list",
        description = "Shows what a server offers: tools, resources, templates and prompts.",
        footer = {
            "",
            "Examples:",
            "  erlmcp list http://127.0.0.1:8080/mcp",
            "  erlmcp list --json -- npx -y @modelcontextprotocol/server-everything",
            "",
            "With --json: {\"server\":{..}, \"revision\":\"..\", \"tools\":[..],"
                    + " \"resources\":[..],",
            "  \"resourceTemplates\":[..], \"prompts\":[..]}, the entries as the protocol writes"
                    + " them."
        })
final class ListCommand extends ServerCommand {
    private static final int MAX_DESCRIPTION = 100;

    private record Everything(
            List<Tool> tools,
            List<Resource> resources,
            List<ResourceTemplate> templates,
            List<Prompt> prompts) {}

    ListCommand(Terminal terminal, List<String> childCommand) {
        super(terminal, childCommand);
    }

    @Override
    int requiredArguments() {
        return 0;
    }

    @Override
    int run(McpClient client, List<String> arguments) {
        Everything all =
                new Everything(
                        offered(client::tools),
                        offered(client::resources),
                        offered(client::resourceTemplates),
                        offered(client::prompts));
        if (options.isJson) {
            terminal.out().println(json(client, all).toJson());
        } else {
            print(client, all);
        }
        return 0;
    }

    /** A server without the feature has an empty list. */
    private static <T> List<T> offered(Supplier<List<T>> list) {
        try {
            return list.get();
        } catch (McpException e) {
            if (e.code() == ErrorCode.METHOD_NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    private static JsonObject json(McpClient client, Everything all) {
        Revision revision = client.revision();
        JsonObject.Builder server = JsonObject.builder();
        client.serverInfo()
                .ifPresent(
                        info ->
                                server.put("name", info.name())
                                        .putIfPresent("title", info.title())
                                        .put("version", info.version()));
        return JsonObject.builder()
                .put("server", server.build())
                .put("revision", revision.text())
                .put(
                        "tools",
                        list(new Page.Tools(all.tools(), null, CacheHint.NONE), revision, "tools"))
                .put(
                        "resources",
                        list(
                                new Page.Resources(all.resources(), null, CacheHint.NONE),
                                revision,
                                "resources"))
                .put(
                        "resourceTemplates",
                        list(
                                new Page.ResourceTemplates(all.templates(), null, CacheHint.NONE),
                                revision,
                                "resourceTemplates"))
                .put(
                        "prompts",
                        list(
                                new Page.Prompts(all.prompts(), null, CacheHint.NONE),
                                revision,
                                "prompts"))
                .build();
    }

    private static JsonValue list(Page page, Revision revision, String name) {
        JsonValue entries = Output.json(page, revision).get(name);
        return entries == null ? JsonArray.EMPTY : entries;
    }

    private void print(McpClient client, Everything all) {
        String server =
                client.serverInfo()
                        .map(info -> info.name() + " " + info.version())
                        .orElse("a server without a name");
        terminal.out().println(Terminal.printable(server) + ", revision " + client.revision());
        table("Tools", all.tools().stream().map(it -> row(it.name(), it.description())).toList());
        table(
                "Resources",
                all.resources().stream().map(it -> row(it.uri(), it.description())).toList());
        table(
                "Resource templates",
                all.templates().stream()
                        .map(it -> row(it.uriTemplate(), it.description()))
                        .toList());
        table(
                "Prompts",
                all.prompts().stream().map(it -> row(signature(it), it.description())).toList());
    }

    private static String signature(Prompt prompt) {
        return prompt.arguments().isEmpty()
                ? prompt.name()
                : prompt.arguments().stream()
                        .map(ListCommand::shown)
                        .collect(Collectors.joining(" ", prompt.name() + " ", ""));
    }

    private static String shown(PromptArgument argument) {
        return argument.required() ? argument.name() : "[" + argument.name() + "]";
    }

    private static List<String> row(String name, @Nullable String description) {
        String first =
                description == null ? "" : description.strip().lines().findFirst().orElse("");
        String cut =
                first.length() > MAX_DESCRIPTION
                        ? first.substring(0, MAX_DESCRIPTION) + "..."
                        : first;
        return List.of(Terminal.printable(name), Terminal.printable(cut));
    }

    private void table(String title, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        terminal.out().println();
        terminal.out().println(title);
        int width =
                Math.min(
                        50, rows.stream().mapToInt(row -> row.getFirst().length()).max().orElse(0));
        for (List<String> row : new ArrayList<>(rows)) {
            String name = row.getFirst();
            String padding = " ".repeat(Math.max(0, width - name.length()));
            terminal.out().println(("  " + name + padding + "  " + row.getLast()).stripTrailing());
        }
    }
}
