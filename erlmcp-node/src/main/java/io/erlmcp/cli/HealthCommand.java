package io.erlmcp.cli;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code health}: how well a running node and its components are. */
@Command(
        name = "health",
        description = "Shows how well a running node and its components are.",
        footer = {
            "",
            "With a component: what was found of it before, the newest last.",
            "",
            "Examples:",
            "  erlmcp health",
            "  erlmcp health upstreams/github --admin http://127.0.0.1:9090",
            "",
            "Exit code 1 when the node, or the component asked for, is not healthy."
        })
final class HealthCommand implements Callable<Integer> {
    private static final String ROW = "%-28s  %-9s  %5s  %-30s  %s%n";

    private final Terminal terminal;

    @Parameters(
            paramLabel = "COMPONENT",
            arity = "0..1",
            description = "Such as upstreams/github or resources/memory; without: all.")
    @Nullable String component;

    @Mixin Operators node = new Operators();

    HealthCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String wanted = component;
        if (wanted == null) {
            return all(node.client().getAny("/health"));
        }
        return one(node.client().get(Operators.about(wanted, "/health")));
    }

    private int all(JsonObject answer) {
        int code = answer.requireString("status").equals("ok") ? 0 : 1;
        if (node.isJson) {
            terminal.out().println(answer.toJson());
            return code;
        }
        terminal.out()
                .println(
                        "the node is "
                                + text(answer, "status")
                                + ", score "
                                + answer.requireInteger("score")
                                + (answer.has("reason") ? ": " + text(answer, "reason") : ""));
        terminal.out().printf(ROW, "component", "status", "score", "since", "found");
        for (JsonValue each : answer.array("components").orElse(JsonArray.EMPTY)) {
            row((JsonObject) each);
        }
        return code;
    }

    private int one(JsonObject answer) {
        int code = answer.requireString("status").equals("healthy") ? 0 : 1;
        if (node.isJson) {
            terminal.out().println(answer.toJson());
            return code;
        }
        terminal.out().printf(ROW, "component", "status", "score", "since", "found");
        row(answer);
        terminal.out().println();
        for (JsonValue each : answer.requireArray("history")) {
            JsonObject past = (JsonObject) each;
            terminal.out()
                    .println(
                            "  "
                                    + text(past, "at")
                                    + "  "
                                    + text(past, "status")
                                    + "  "
                                    + past.requireInteger("millis")
                                    + " ms  "
                                    + past.string("detail").map(Terminal::printable).orElse(""));
        }
        return code;
    }

    private void row(JsonObject it) {
        terminal.out()
                .printf(
                        ROW,
                        text(it, "component"),
                        text(it, "status"),
                        it.requireInteger("score"),
                        text(it, "since"),
                        it.string("detail").map(Terminal::printable).orElse(""));
    }

    private static String text(JsonObject it, String name) {
        return Terminal.printable(it.requireString(name));
    }
}
