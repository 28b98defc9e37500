package io.erlmcp.recovery;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.observability.ComponentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What shows what happened to a component: bounded, and without secrets that are known.
 *
 * @param parts lines by what they are: {@code stderr}, {@code log}, {@code metrics}, {@code
 *     threads}
 */
public record Bundle(
        ComponentId component,
        Instant at,
        FailureClass type,
        String error,
        Map<String, List<String>> parts) {
    private static final int MAX_LINE = 300;
    private static final int PARTS = 4;

    public Bundle {
        parts = Map.copyOf(parts);
    }

    /** What can be seen now. */
    static Bundle collect(
            RecoveryEffect.Investigate ask,
            Evidence evidence,
            Secrets secrets,
            Instant now,
            int maxChars) {
        int each = maxChars / PARTS;
        Map<String, List<String>> parts = new LinkedHashMap<>();
        parts.put("stderr", newest(evidence.errorLines(ask.component()), secrets, each));
        parts.put("log", newest(evidence.logLines(), secrets, each));
        parts.put("metrics", first(evidence.metrics(ask.component()), secrets, each));
        parts.put("threads", first(evidence.threads(), secrets, each));
        return new Bundle(ask.component(), now, ask.type(), ask.error(), parts);
    }

    private static List<String> newest(List<String> lines, Secrets secrets, int maxChars) {
        return first(lines.reversed(), secrets, maxChars).reversed();
    }

    private static List<String> first(List<String> lines, Secrets secrets, int maxChars) {
        List<String> kept = new ArrayList<>();
        int left = maxChars;
        for (String line : lines) {
            // hidden before it is cut, so that no half of a secret is left
            String hidden = secrets.hide(cut(line, 4 * MAX_LINE));
            String shown = cut(hidden, MAX_LINE);
            left -= shown.length() + 1;
            if (left < 0) {
                break;
            }
            kept.add(shown);
        }
        return List.copyOf(kept);
    }

    private static String cut(String line, int max) {
        return line.length() <= max ? line : line.substring(0, max - 3) + "...";
    }

    /** Characters of text in it. */
    int chars() {
        return parts.values().stream().flatMap(List::stream).mapToInt(it -> it.length() + 1).sum();
    }

    /** As it is shown, and kept in a file. */
    public JsonObject json() {
        JsonObject.Builder out =
                JsonObject.builder()
                        .put("component", component.path())
                        .put("at", at.toString())
                        .put("class", type.text())
                        .put("error", error);
        for (String part : List.of("stderr", "log", "metrics", "threads")) {
            out.put(part, JsonArray.of(parts.getOrDefault(part, List.of()).toArray()));
        }
        return out.build();
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws RuntimeException when it is none
     */
    static Bundle of(JsonObject json) {
        Map<String, List<String>> parts = new LinkedHashMap<>();
        for (String part : List.of("stderr", "log", "metrics", "threads")) {
            List<String> lines = new ArrayList<>();
            for (JsonValue line : json.requireArray(part)) {
                lines.add(((JsonString) line).value());
            }
            parts.put(part, List.copyOf(lines));
        }
        return new Bundle(
                new ComponentId(json.requireString("component")),
                Instant.parse(json.requireString("at")),
                FailureClass.valueOf(json.requireString("class").toUpperCase(Locale.ROOT)),
                json.requireString("error"),
                parts);
    }
}
