package io.erlmcp.andon;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What can be learned from the stops: what stopped, how long, how often, and what comes back.
 * Covers the stops that the board still has.
 */
public final class Kaizen {
    private Kaizen() {}

    /**
     * One component.
     *
     * @param stops how often it stopped, the present one included
     * @param total how long it stood, the present stop included
     * @param longest of these
     * @param recurring categories that stopped it twice or more
     * @param notUnderstood stops that were ended by force
     */
    public record Line(
            ComponentId component,
            int stops,
            Duration total,
            Duration longest,
            List<Category> recurring,
            int notUnderstood,
            boolean isStopped) {}

    /** The lines, the longest total first. */
    public static List<Line> report(Board board, Instant now) {
        Map<ComponentId, List<Stop>> byComponent = new TreeMap<>();
        for (Stop stop : board.history()) {
            byComponent.computeIfAbsent(stop.halt().component(), it -> new ArrayList<>()).add(stop);
        }
        for (Halt halt : board.halts().values()) {
            byComponent
                    .computeIfAbsent(halt.component(), it -> new ArrayList<>())
                    .add(new Stop(halt, now, Analysis.NONE, false, ""));
        }
        List<Line> lines = new ArrayList<>();
        byComponent.forEach(
                (component, stops) ->
                        lines.add(line(component, stops, board.halts().containsKey(component))));
        lines.sort(Comparator.comparing(Line::total).reversed());
        return lines;
    }

    private static Line line(ComponentId component, List<Stop> stops, boolean isStopped) {
        Duration total = Duration.ZERO;
        Duration longest = Duration.ZERO;
        int forced = 0;
        Map<Category, Integer> often = new EnumMap<>(Category.class);
        for (Stop stop : stops) {
            Duration lasted = stop.lasted();
            total = total.plus(lasted);
            longest = lasted.compareTo(longest) > 0 ? lasted : longest;
            forced += stop.isForced() ? 1 : 0;
            often.merge(stop.halt().category(), 1, Integer::sum);
        }
        List<Category> recurring =
                often.entrySet().stream()
                        .filter(it -> it.getKey().isTrouble() && it.getValue() > 1)
                        .map(Map.Entry::getKey)
                        .toList();
        return new Line(component, stops.size(), total, longest, recurring, forced, isStopped);
    }

    /** The report as JSON. */
    public static JsonObject json(Board board, Instant now) {
        return JsonObject.of(
                "components",
                JsonArray.of(report(board, now).stream().map(Kaizen::json).toArray()));
    }

    private static JsonObject json(Line line) {
        return JsonObject.builder()
                .put("component", line.component().path())
                .put("stops", line.stops())
                .put("stoppedNow", line.isStopped())
                .put("totalMs", line.total().toMillis())
                .put("longestMs", line.longest().toMillis())
                .put(
                        "recurring",
                        JsonArray.of(
                                line.recurring().stream()
                                        .map(it -> it.name().toLowerCase(Locale.ROOT))
                                        .toArray()))
                .put("notUnderstood", line.notUnderstood())
                .build();
    }
}
