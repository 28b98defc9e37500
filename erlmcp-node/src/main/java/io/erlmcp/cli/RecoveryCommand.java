package io.erlmcp.cli;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code recovery}: what failed in a running node, and what was done about it. */
@Command(
        name = "recovery",
        description = "Shows what failed in a running node, and what was done about it.",
        footer = {
            "",
            "With a component: its failures, its decisions, and what showed what happened.",
            "",
            "Examples:",
            "  erlmcp recovery",
            "  erlmcp recovery upstreams/github --admin http://127.0.0.1:9090",
            "",
            "Exit code 1 when a component is degraded or halted, or the one asked for never"
                    + " failed."
        })
final class RecoveryCommand implements Callable<Integer> {
    private static final int SHOWN = 20;
    private static final String ROW = "%-28s  %-9s  %8s  %-20s  %-10s  %s%n";
    private static final String SCORE = "%-20s  %-12s  %6s  %9s%n";

    private final Terminal terminal;

    @Parameters(
            paramLabel = "COMPONENT",
            arity = "0..1",
            description = "Such as upstreams/github or listeners/http; without: all.")
    @Nullable String component;

    @Mixin Operators node = new Operators();

    RecoveryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        AdminClient client = node.client();
        String wanted = component;
        if (wanted == null) {
            return all(client.get("/recovery"));
        }
        return one(client.get(Operators.about(wanted, "/recovery")));
    }

    private int all(JsonObject answer) {
        JsonArray components = answer.requireArray("components");
        boolean isFine = true;
        for (JsonValue each : components) {
            isFine &= isFine((JsonObject) each);
        }
        if (node.isJson) {
            terminal.out().println(answer.toJson());
            return isFine ? 0 : 1;
        }
        if (components.isEmpty()) {
            terminal.out().println("nothing has failed since the start of the node");
        } else {
            head();
            components.forEach(it -> row((JsonObject) it));
        }
        JsonArray scores = answer.requireArray("effectiveness");
        if (!scores.isEmpty()) {
            terminal.out().println();
            terminal.out().printf(SCORE, "class", "step", "tried", "succeeded");
        }
        for (JsonValue each : scores) {
            JsonObject score = (JsonObject) each;
            terminal.out()
                    .printf(
                            SCORE,
                            score.requireString("class"),
                            score.requireString("step"),
                            score.requireInteger("tried"),
                            score.requireInteger("succeeded"));
        }
        decisions(answer.requireArray("decisions"));
        return isFine ? 0 : 1;
    }

    private int one(JsonObject answer) {
        if (node.isJson) {
            terminal.out().println(answer.toJson());
            return isFine(answer) ? 0 : 1;
        }
        head();
        row(answer);
        if (answer.has("error")) {
            terminal.out().println("last error: " + text(answer, "error"));
        }
        answer.object("next")
                .ifPresent(
                        it ->
                                terminal.out()
                                        .println(
                                                "next: "
                                                        + it.requireString("class")
                                                        + " ("
                                                        + it.requireInteger("confidencePercent")
                                                        + " %)"));
        if (answer.has("root")) {
            terminal.out().println("failed first: " + text(answer, "root"));
        }
        answer.array("carries")
                .ifPresent(it -> terminal.out().println("does not work without it: " + words(it)));
        for (JsonValue each : answer.array("groups").orElse(JsonArray.EMPTY)) {
            JsonObject group = (JsonObject) each;
            terminal.out()
                    .println(
                            "%5d x %s: %s"
                                    .formatted(
                                            group.requireInteger("count"),
                                            text(group, "class"),
                                            text(group, "error")));
        }
        decisions(answer.array("decisions").orElse(JsonArray.EMPTY));
        answer.object("bundle").ifPresent(this::bundle);
        return isFine(answer) ? 0 : 1;
    }

    private static boolean isFine(JsonObject component) {
        return component.string("condition").orElse("fine").equals("fine");
    }

    private void head() {
        terminal.out()
                .printf(
                        ROW,
                        "component",
                        "condition",
                        "failures",
                        "class",
                        "trend",
                        "last failure");
    }

    private void row(JsonObject it) {
        terminal.out()
                .printf(
                        ROW,
                        text(it, "component"),
                        it.string("condition").orElse("fine"),
                        it.requireInteger("failures"),
                        it.string("class").orElse("-"),
                        it.string("trend").orElse("-"),
                        it.string("lastFailure").orElse("-"));
    }

    private void decisions(JsonArray decisions) {
        if (decisions.isEmpty()) {
            return;
        }
        terminal.out().println();
        terminal.out().println("decisions, the newest last:");
        List<JsonValue> all = decisions.values();
        for (JsonValue each : all.subList(Math.max(0, all.size() - SHOWN), all.size())) {
            JsonObject it = (JsonObject) each;
            terminal.out()
                    .println(
                            "  "
                                    + text(it, "at")
                                    + "  "
                                    + text(it, "component")
                                    + "  "
                                    + what(it)
                                    + (it.bool("earlier").orElse(false) ? " (earlier run)" : "")
                                    + it.string("detail")
                                            .map(detail -> ": " + printable(detail))
                                            .orElse(""));
        }
    }

    private static String what(JsonObject it) {
        return switch (it.requireString("decision")) {
            case "plan" ->
                    it.requireString("class")
                            + " "
                            + it.requireInteger("count")
                            + ", plan "
                            + text(it, "steps")
                            + ": "
                            + text(it, "advice");
            case "outcome" ->
                    it.requireString("class")
                            + " "
                            + it.requireInteger("count")
                            + " came to this: "
                            + text(it, "outcome");
            case "step" -> it.requireString("step") + " " + it.requireString("result");
            default -> it.requireString("decision");
        };
    }

    private void bundle(JsonObject bundle) {
        terminal.out().println();
        terminal.out().println("looked at " + text(bundle, "at"));
        for (String part : List.of("stderr", "log", "metrics", "threads")) {
            JsonArray lines = bundle.array(part).orElse(JsonArray.EMPTY);
            if (!lines.isEmpty()) {
                terminal.out().println(part + ":");
            }
            for (JsonValue line : lines) {
                terminal.out()
                        .println(
                                "  | "
                                        + (line instanceof JsonString s
                                                ? printable(s.value())
                                                : ""));
            }
        }
    }

    private static String words(JsonArray array) {
        return array.values().stream()
                .map(it -> it instanceof JsonString s ? printable(s.value()) : "")
                .collect(Collectors.joining(", "));
    }

    private static String text(JsonObject object, String name) {
        return printable(object.requireString(name));
    }

    private static String printable(String text) {
        return Terminal.printable(text).replace('\n', ' ');
    }
}
