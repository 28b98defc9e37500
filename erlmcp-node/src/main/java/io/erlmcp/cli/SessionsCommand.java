package io.erlmcp.cli;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sessions list|show|drop}: asks a running node through its operators' endpoint. */
@Command(
        name = "sessions",
        description = "Lists, shows and ends the sessions of a running node.",
        footer = {
            "",
            "Session ids are secrets; sessions are named by a handle that is made of them.",
            "These are the sessions over Streamable HTTP, which have an id. Those over HTTP+SSE,",
            "WebSocket, TCP, Unix sockets and stdio belong to their connection: they are not"
                    + " listed,",
            "but the metric erlmcp_sessions counts them, too.",
            "",
            "Examples:",
            "  erlmcp sessions list",
            "  erlmcp sessions show 3f9c01ab77de",
            "  erlmcp sessions drop 3f9c01ab77de --admin http://127.0.0.1:9090"
        })
final class SessionsCommand {
    private static final String ROW = "%-12s  %-16s  %-10s  %-4s  %-20s  %s%n";

    private final Terminal terminal;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    SessionsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "list",
            description = "Lists the sessions over HTTP, oldest first; 10,000 at most.",
            footer = {"", "Example:", "  erlmcp sessions list --json"})
    int list(@Mixin Operators node) throws IOException, InterruptedException {
        JsonObject body = node.client().get("/sessions");
        if (node.isJson) {
            terminal.out().println(body.toJson());
            return 0;
        }
        terminal.out().printf(ROW, "handle", "principal", "revision", "live", "created", "client");
        for (JsonValue value : body.array("sessions").orElse(JsonArray.EMPTY)) {
            JsonObject session = (JsonObject) value;
            terminal.out()
                    .printf(
                            ROW,
                            session.requireString("handle"),
                            session.requireString("principal"),
                            session.requireString("revision"),
                            session.bool("live").orElse(false) ? "yes" : "no",
                            session.requireString("created"),
                            session.string("client").orElse(""));
        }
        terminal.out().println(body.integer("total").orElse(0L) + " sessions over HTTP");
        return 0;
    }

    @Command(
            name = "show",
            description = "Shows one session.",
            footer = {"", "Example:", "  erlmcp sessions show 3f9c01ab77de"})
    int show(
            @Parameters(paramLabel = "HANDLE", description = "As listed.") String handle,
            @Mixin Operators node)
            throws IOException, InterruptedException {
        JsonObject body = node.client().get(path(handle));
        if (node.isJson) {
            terminal.out().println(body.toJson());
        } else {
            body.members()
                    .forEach(
                            (name, value) ->
                                    terminal.out().printf("%-14s %s%n", name, text(value)));
        }
        return 0;
    }

    @Command(
            name = "drop",
            description = "Ends one session, whatever it is doing.",
            footer = {"", "Example:", "  erlmcp sessions drop 3f9c01ab77de"})
    int drop(
            @Parameters(paramLabel = "HANDLE", description = "As listed.") String handle,
            @Option(names = "--who", defaultValue = "${user.name}", description = "Who does it.")
                    String who,
            @Mixin Operators node)
            throws IOException, InterruptedException {
        String by = URLEncoder.encode(who, StandardCharsets.UTF_8);
        JsonObject dropped = node.client().delete(path(handle) + "&who=" + by);
        terminal.out().println(node.isJson ? dropped.toJson() : "dropped " + handle);
        return 0;
    }

    private static String path(String handle) {
        if (!handle.matches("[0-9a-f]{12}")) {
            throw new UsageException("a handle has 12 hexadecimal digits, not: " + handle);
        }
        return "/sessions?handle=" + handle;
    }

    private static String text(JsonValue value) {
        String json = value.toJson();
        return json.startsWith("\"") ? json.substring(1, json.length() - 1) : json;
    }
}
