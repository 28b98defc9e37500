package io.erlmcp.cli;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code upstreams}: how the upstream servers of a running node are; {@code upstreams held|accept}:
 * tools and prompts whose definitions changed.
 */
@Command(
        name = "upstreams",
        description = "Shows the upstream servers of a running node, and accepts changed tools.",
        footer = {
            "",
            "Examples:",
            "  erlmcp upstreams",
            "  erlmcp upstreams --stderr --admin http://127.0.0.1:9090",
            "  erlmcp upstreams held",
            "  erlmcp upstreams accept files search",
            "",
            "Exit code 1 when one of them is down."
        })
final class UpstreamsCommand implements Callable<Integer> {
    private static final String ROW = "%-20s  %-5s  %-10s  %5s  %6s  %-9s  %s%n";

    private final Terminal terminal;

    @Mixin Operators node = new Operators();

    @Option(names = "--stderr", description = "Show what they wrote to standard error last.")
    boolean showsErrors;

    UpstreamsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** With the seconds for which it refuses. */
    private static String breaker(JsonObject it) {
        return it.requireString("breaker")
                + it.integer("retryAfterMs").map(ms -> " " + (ms + 999) / 1000 + "s").orElse("");
    }

    @Command(
            name = "held",
            description =
                    "Shows tools and prompts that are not offered because their definitions"
                            + " changed, as they were and as they are now.",
            footer = {"", "Example:", "  erlmcp upstreams held"})
    int held(@Mixin Operators node) throws IOException, InterruptedException {
        JsonObject answer = node.client().get("/upstreams/held");
        if (node.isJson) {
            terminal.out().println(answer.toJson());
            return 0;
        }
        for (JsonValue value : answer.requireArray("held")) {
            show((JsonObject) value);
        }
        return 0;
    }

    private void show(JsonObject it) {
        JsonObject definitions = it.requireObject("definitions");
        terminal.out()
                .println(
                        name(it)
                                + " "
                                + it.string("kind")
                                        .filter("prompt"::equals)
                                        .map(kind -> kind + " ")
                                        .orElse("")
                                + Terminal.printable(it.requireString("tool"))
                                + "  sha256 "
                                + it.requireString("sha256"));
        for (String which : List.of("before", "now")) {
            terminal.out().println(which + ": " + Output.pretty(definitions.requireObject(which)));
        }
    }

    private static String name(JsonObject it) {
        return it.requireString("upstream").replaceFirst("^upstreams/", "");
    }

    @Command(
            name = "accept",
            description =
                    "Accepts the changed definition of a tool or prompt: it is offered again, and a"
                            + " receipt says who did it.",
            footer = {
                "",
                "Look at it first: erlmcp upstreams held. With --sha256 only what was looked at is"
                        + " accepted.",
                "",
                "Examples:",
                "  erlmcp upstreams accept files search",
                "  erlmcp upstreams accept files search --sha256 5f70bf18...",
            })
    int accept(
            @Parameters(paramLabel = "NAME", description = "The upstream server.") String name,
            @Parameters(paramLabel = "TOOL", description = "As the server calls it.") String tool,
            @Option(
                            names = "--sha256",
                            paramLabel = "HASH",
                            description = "Of the definition; default: the one shown now.")
                    @Nullable String sha256,
            @Option(
                            names = "--who",
                            defaultValue = "${user.name}",
                            description = "Who does it; default: the user of this system.")
                    String who,
            @Mixin Operators node)
            throws IOException, InterruptedException {
        String component = name.startsWith("upstreams/") ? name : "upstreams/" + name;
        String hash = sha256 == null ? look(node, component, tool) : sha256;
        JsonObject answer =
                node.client()
                        .post(
                                "/upstreams/accept",
                                JsonObject.of(
                                        "upstream",
                                        component,
                                        "tool",
                                        tool,
                                        "sha256",
                                        hash,
                                        "who",
                                        who));
        terminal.out()
                .println(
                        node.isJson
                                ? answer.toJson()
                                : "accepted: " + Terminal.printable(tool) + " of " + name);
        return 0;
    }

    /** Shows what is about to be accepted, and gives its hash. */
    private String look(Operators node, String component, String tool)
            throws IOException, InterruptedException {
        for (JsonValue value : node.client().get("/upstreams/held").requireArray("held")) {
            JsonObject it = (JsonObject) value;
            if (it.requireString("upstream").equals(component)
                    && it.requireString("tool").equals(tool)) {
                if (!node.isJson) {
                    show(it);
                }
                return it.requireString("sha256");
            }
        }
        throw new IOException(
                component + " has no tool \"" + tool + "\" whose changed definition is held");
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        JsonObject answer = node.client().get("/upstreams");
        JsonArray upstreams = answer.array("upstreams").orElse(JsonArray.EMPTY);
        boolean allUp = true;
        if (node.isJson) {
            terminal.out().println(answer.toJson());
        } else {
            terminal.out()
                    .printf(
                            ROW,
                            "upstream",
                            "state",
                            "revision",
                            "tools",
                            "starts",
                            "breaker",
                            "since");
        }
        for (JsonValue value : upstreams) {
            JsonObject it = (JsonObject) value;
            allUp &= it.requireString("state").equals("up");
            if (!node.isJson) {
                print(it);
            }
        }
        return allUp ? 0 : 1;
    }

    private static String names(JsonArray components) {
        List<String> names = new ArrayList<>();
        for (JsonValue value : components) {
            if (value instanceof JsonString it) {
                names.add(it.value().replaceFirst("^upstreams/", ""));
            }
        }
        return String.join(", ", names);
    }

    private void print(JsonObject it) {
        terminal.out()
                .printf(
                        ROW,
                        it.requireString("component").replaceFirst("^upstreams/", ""),
                        it.requireString("state"),
                        it.string("revision").orElse("-"),
                        it.integer("tools").orElse(0L),
                        it.integer("starts").orElse(0L),
                        breaker(it),
                        it.requireString("since")
                                + it.string("reason").map(why -> "  " + why).orElse(""));
        JsonArray needs = it.array("needs").orElse(JsonArray.EMPTY);
        if (!needs.isEmpty()) {
            terminal.out().println("    needs " + names(needs));
        }
        JsonObject open = it.object("openTools").orElse(JsonObject.EMPTY);
        for (String tool : open.keys()) {
            terminal.out()
                    .println(
                            "    the breaker of "
                                    + Terminal.printable(tool)
                                    + " is "
                                    + open.requireString(tool));
        }
        if (showsErrors) {
            for (JsonValue line : it.array("stderr").orElse(JsonArray.EMPTY)) {
                terminal.out().println("    | " + (line instanceof JsonString s ? s.value() : ""));
            }
        }
    }
}
