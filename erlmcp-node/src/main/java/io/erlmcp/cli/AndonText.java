package io.erlmcp.cli;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The board, one component and the report for people. */
final class AndonText {
    private static final String HALT = "%-24s  %-13s  %-10s  %-8s  %-12s  %s%n";
    private static final String STOP = "%-24s  %-10s  %-8s  %-12s  %s%n";
    private static final String LINE = "%-24s  %5s  %-8s  %-8s  %-7s  %s%n";

    /** Stops that are over and shown. */
    private static final int SHOWN = 20;

    private AndonText() {}

    static String status(JsonObject status) {
        StringBuilder out = new StringBuilder();
        String state = status.requireString("state");
        out.append(text(status, "component")).append(": ").append(state);
        status.string("outcome").ifPresent(it -> out.append(", ").append(it));
        out.append(", ").append(status.requireInteger("inFlight")).append(" calls in progress");
        status.integer("oldestMs")
                .ifPresent(it -> out.append(", the oldest for ").append(duration(it)));
        if (!state.equals("normal")) {
            out.append(", ").append(status.requireString("phase"));
        }
        out.append('\n');
        status.object("halt").ifPresent(halt -> halt(out, status, halt));
        errors(out, text(status, "component"), status);
        return out.toString();
    }

    private static void halt(StringBuilder out, JsonObject status, JsonObject halt) {
        if (!halt.requireString("component").equals(status.requireString("component"))) {
            out.append("  because of  ").append(text(halt, "component")).append('\n');
        }
        out.append("  since       ").append(text(halt, "since")).append('\n');
        out.append("  category    ").append(text(halt, "category")).append('\n');
        out.append("  by          ").append(text(halt, "who")).append('\n');
        out.append("  reason      ").append(text(halt, "reason")).append('\n');
        if (status.bool("needsAnalysis").orElse(false)) {
            out.append("  to go on    write down --cause, --fix and --prevention\n");
        }
    }

    static String board(JsonObject board) {
        StringBuilder out = new StringBuilder();
        JsonArray halts = board.requireArray("halts");
        if (halts.isEmpty()) {
            out.append("nothing is halted\n");
        } else {
            out.append(HALT.formatted("halted", "state", "category", "for", "by", "reason"));
        }
        for (JsonValue each : halts) {
            JsonObject halt = (JsonObject) each;
            out.append(
                    HALT.formatted(
                            text(halt, "component"),
                            text(halt, "state"),
                            text(halt, "category"),
                            duration(halt.requireInteger("heldMs")),
                            text(halt, "who"),
                            text(halt, "reason")
                                    + (halt.requireBool("needsAnalysis")
                                            ? "  [needs cause, fix, prevention]"
                                            : "")
                                    + (halt.has("evidence")
                                            ? "  [erlmcp recovery " + text(halt, "component") + "]"
                                            : "")));
        }
        for (JsonValue each : halts) {
            JsonObject halt = (JsonObject) each;
            errors(out, text(halt, "component"), halt);
        }
        if (!board.requireBool("keeping")) {
            out.append("nothing of this outlives the node: it has no data folder\n");
        }
        history(out, board.requireArray("history").values());
        return out.toString();
    }

    /** What a component wrote to its standard error, where there is something. */
    private static void errors(StringBuilder out, String component, JsonObject from) {
        JsonArray lines = from.array("stderr").orElse(JsonArray.EMPTY);
        if (lines.isEmpty()) {
            return;
        }
        out.append("stderr of ").append(component).append(", the newest last:\n");
        for (JsonValue line : lines) {
            String text = line instanceof JsonString it ? it.value() : "";
            out.append("  | ").append(Terminal.printable(text).replace('\n', ' ')).append('\n');
        }
    }

    private static void history(StringBuilder out, List<JsonValue> history) {
        if (history.isEmpty()) {
            return;
        }
        out.append('\n')
                .append(STOP.formatted("over", "category", "lasted", "resumed by", "cause"));
        List<JsonValue> newest =
                history.subList(Math.max(0, history.size() - SHOWN), history.size());
        for (JsonValue each : newest.reversed()) {
            JsonObject stop = (JsonObject) each;
            JsonObject halt = stop.requireObject("halt");
            long lasted =
                    Duration.between(
                                    Instant.parse(halt.requireString("since")),
                                    Instant.parse(stop.requireString("ended")))
                            .toMillis();
            out.append(
                    STOP.formatted(
                            text(halt, "component"),
                            text(halt, "category"),
                            duration(Math.max(0, lasted)),
                            text(stop, "resumedBy"),
                            stop.requireBool("forced") ? "by force" : text(stop, "cause")));
        }
    }

    static String report(JsonObject report) {
        JsonArray components = report.requireArray("components");
        if (components.isEmpty()) {
            return "nothing has stopped\n";
        }
        StringBuilder out = new StringBuilder();
        out.append(
                LINE.formatted("component", "stops", "total", "longest", "forced", "comes back"));
        for (JsonValue each : components) {
            JsonObject line = (JsonObject) each;
            List<String> recurring = new ArrayList<>();
            line.requireArray("recurring").forEach(it -> recurring.add(((JsonString) it).value()));
            out.append(
                    LINE.formatted(
                            text(line, "component"),
                            line.requireInteger("stops"),
                            duration(line.requireInteger("totalMs")),
                            duration(line.requireInteger("longestMs")),
                            line.requireInteger("notUnderstood"),
                            String.join(", ", recurring)));
        }
        return out.toString();
    }

    private static String text(JsonObject object, String name) {
        return Terminal.printable(object.requireString(name)).replace('\n', ' ');
    }

    private static String duration(long millis) {
        Duration duration = Duration.ofMillis(millis);
        if (duration.toDays() > 0) {
            return duration.toDays() + "d" + duration.toHoursPart() + "h";
        }
        if (duration.toHours() > 0) {
            return duration.toHours() + "h" + duration.toMinutesPart() + "m";
        }
        return duration.toMinutes() > 0
                ? duration.toMinutes() + "m" + duration.toSecondsPart() + "s"
                : duration.toSeconds() + "s";
    }
}
