package io.erlmcp.andon;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The board as operators see it. */
public final class AndonBoard {
    private AndonBoard() {}

    /**
     * What is shown of halted components beside their halts.
     *
     * @param evidence what shows what happened to a component; null where there is nothing
     * @param errorLines what it wrote to its standard error, the newest last, without secrets
     * @param most lines of that which are shown
     */
    record Sight(
            Function<ComponentId, @Nullable JsonObject> evidence,
            Function<ComponentId, List<String>> errorLines,
            int most) {
        /** Of a node that does not run. */
        static final Sight NONE = new Sight(component -> null, component -> List.of(), 0);

        /** The last lines of its standard error. */
        JsonArray lastLines(ComponentId component) {
            List<String> all = errorLines.apply(component);
            return JsonArray.of(all.subList(Math.max(0, all.size() - most), all.size()).toArray());
        }
    }

    /**
     * @param keeping whether halts outlive the node
     */
    static JsonObject json(
            Board board,
            Map<ComponentId, DrainStep.State> underWay,
            boolean keeping,
            Instant now,
            Sight sight) {
        List<JsonObject> halts = new ArrayList<>();
        for (Halt halt : board.halts().values()) {
            DrainStep.State drain = underWay.get(halt.component());
            JsonObject line =
                    BoardCodec.json(halt)
                            .with("heldMs", held(halt, now).toMillis())
                            .with("needsAnalysis", AndonStep.needsAnalysis(halt))
                            .with("phase", drain == null ? "stopped" : drain.phase().text());
            JsonArray lines = sight.lastLines(halt.component());
            JsonObject spoken = lines.isEmpty() ? line : line.with("stderr", lines);
            JsonObject shown = sight.evidence().apply(halt.component());
            halts.add(shown == null ? spoken : spoken.with("evidence", shown));
        }
        return JsonObject.builder()
                .put("revision", board.revision())
                .put("keeping", keeping)
                .put("halts", BoardCodec.array(halts))
                .put(
                        "history",
                        BoardCodec.array(board.history().stream().map(BoardCodec::json).toList()))
                .build();
    }

    private static Duration held(Halt halt, Instant now) {
        Duration held = Duration.between(halt.since(), now);
        return held.isNegative() ? Duration.ZERO : held;
    }

    /** The board of a node that does not run, from its data folder. */
    public static JsonObject json(Andon andon, Instant now) {
        return json(andon.board(), Map.of(), andon.isKeeping(), now, Sight.NONE);
    }
}
