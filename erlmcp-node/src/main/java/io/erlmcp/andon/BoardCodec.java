package io.erlmcp.andon;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.observability.ComponentId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The board as JSON, in its file and in answers. */
final class BoardCodec {
    private BoardCodec() {}

    static JsonObject json(Board board) {
        return JsonObject.builder()
                .put("revision", board.revision())
                .put("lastNumber", board.lastNumber())
                .put("halts", array(board.halts().values().stream().map(BoardCodec::json).toList()))
                .put("history", array(board.history().stream().map(BoardCodec::json).toList()))
                .build();
    }

    static JsonObject json(Halt halt) {
        return JsonObject.builder()
                .put("number", halt.number())
                .put("component", halt.component().path())
                .put("state", halt.state().text())
                .put("category", halt.category().text())
                .put("reason", halt.reason())
                .put("who", halt.who())
                .put("since", halt.since().toString())
                .build();
    }

    static JsonObject json(Stop stop) {
        return JsonObject.builder()
                .put("halt", json(stop.halt()))
                .put("ended", stop.ended().toString())
                .put("cause", stop.analysis().cause())
                .put("fix", stop.analysis().fix())
                .put("prevention", stop.analysis().prevention())
                .put("forced", stop.isForced())
                .put("resumedBy", stop.resumedBy())
                .build();
    }

    static JsonArray array(List<JsonObject> items) {
        return JsonArray.of(items.toArray());
    }

    /**
     * @throws WholeFile.Damaged when this is no board, whatever its checksum says
     */
    static Board board(JsonObject json) throws WholeFile.Damaged {
        try {
            Map<ComponentId, Halt> halts = new TreeMap<>();
            for (JsonValue each : json.requireArray("halts")) {
                Halt halt = halt((JsonObject) each);
                halts.put(halt.component(), halt);
            }
            List<Stop> history = new ArrayList<>();
            for (JsonValue each : json.requireArray("history")) {
                history.add(stop((JsonObject) each));
            }
            return new Board(
                    json.requireInteger("revision"),
                    json.requireInteger("lastNumber"),
                    halts,
                    history);
        } catch (JsonException
                | IllegalArgumentException
                | DateTimeException
                | ClassCastException e) {
            throw new WholeFile.Damaged("the board cannot be read: " + e.getMessage(), e);
        }
    }

    private static Halt halt(JsonObject json) {
        return new Halt(
                json.requireInteger("number"),
                new ComponentId(json.requireString("component")),
                HaltState.of(json.requireString("state")),
                Category.of(json.requireString("category")),
                json.requireString("reason"),
                json.requireString("who"),
                Instant.parse(json.requireString("since")));
    }

    private static Stop stop(JsonObject json) {
        return new Stop(
                halt(json.requireObject("halt")),
                Instant.parse(json.requireString("ended")),
                new Analysis(
                        json.requireString("cause"),
                        json.requireString("fix"),
                        json.requireString("prevention")),
                json.requireBool("forced"),
                json.requireString("resumedBy"));
    }
}
