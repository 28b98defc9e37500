package io.erlmcp.andon;

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
     * @param keeping whether halts outlive the node
     * @param evidence what shows what happened to a component; null where there is nothing
     */
    static JsonObject json(
            Board board,
            Map<ComponentId, DrainStep.State> underWay,
            boolean keeping,
            Instant now,
            Function<ComponentId, @Nullable JsonObject> evidence) {
        List<JsonObject> halts = new ArrayList<>();
        for (Halt halt : board.halts().values()) {
            DrainStep.State drain = underWay.get(halt.component());
            JsonObject line =
                    BoardCodec.json(halt)
                            .with("heldMs", held(halt, now).toMillis())
                            .with("needsAnalysis", AndonStep.needsAnalysis(halt))
                            .with("phase", drain == null ? "stopped" : drain.phase().text());
            JsonObject shown = evidence.apply(halt.component());
            halts.add(shown == null ? line : line.with("evidence", shown));
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
        return json(andon.board(), Map.of(), andon.isKeeping(), now, component -> null);
    }
}
