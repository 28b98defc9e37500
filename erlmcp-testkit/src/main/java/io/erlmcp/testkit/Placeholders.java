package io.erlmcp.testkit;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonNull;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.testkit.Transcript.Sender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names for the values of a transcript that differ from run to run. */
final class Placeholders {
    private static final Map<String, String> KINDS =
            Map.of(
                    "progressToken", "token",
                    "requestState", "state",
                    "cursor", "cursor",
                    "nextCursor", "cursor",
                    "elicitationId", "elicitation",
                    "correlationId", "correlation");

    /** Values whose member names the client's request that they belong to. */
    private static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";

    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    JsonValue of(Transcript.Message message) {
        return ofMessage(message.sender(), message.json());
    }

    private JsonValue ofMessage(Sender sender, JsonValue json) {
        return switch (json) {
            case JsonArray batch ->
                    JsonArray.of(
                            batch.values().stream().map(it -> ofMessage(sender, it)).toArray());
            case JsonObject object -> ofEnvelope(sender, object);
            default -> json;
        };
    }

    private JsonObject ofEnvelope(Sender sender, JsonObject message) {
        JsonObject.Builder named = JsonObject.builder();
        Sender asker = message.has("method") ? sender : sender.other();
        message.members()
                .forEach(
                        (name, value) ->
                                named.put(
                                        name,
                                        name.equals("id")
                                                ? id(asker, value)
                                                : walk(sender, value)));
        return named.build();
    }

    private JsonValue walk(Sender sender, JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                JsonObject.Builder named = JsonObject.builder();
                object.members().forEach((name, it) -> named.put(name, member(sender, name, it)));
                yield named.build();
            }
            case JsonArray array -> {
                List<JsonValue> items =
                        array.values().stream().map(item -> walk(sender, item)).toList();
                yield JsonArray.of(items.toArray());
            }
            default -> value;
        };
    }

    private JsonValue member(Sender sender, String name, JsonValue value) {
        if (name.equals("requestId")) {
            return id(sender, value);
        }
        if (name.equals(SUBSCRIPTION)) {
            return id(Sender.CLIENT, value);
        }
        String kind = KINDS.get(name);
        return kind == null || value instanceof JsonObject
                ? walk(sender, value)
                : JsonValue.of(named(kind, value));
    }

    private JsonValue id(Sender asker, JsonValue value) {
        return value instanceof JsonNull
                ? value
                : JsonValue.of(named(asker == Sender.CLIENT ? "client" : "server", value));
    }

    private String named(String kind, JsonValue value) {
        return names.computeIfAbsent(
                kind + " " + value.toJson(),
                it -> "<" + kind + " " + counts.merge(kind, 1, Integer::sum) + ">");
    }
}
