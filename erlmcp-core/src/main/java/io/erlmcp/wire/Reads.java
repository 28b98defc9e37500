package io.erlmcp.wire;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.McpException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads lists and maps out of what a peer sent, and turns what does not fit into -32602 that names
 * the member.
 */
final class Reads {
    private static final int MAX_QUOTED = 64;

    private Reads() {}

    /**
     * Runs a read. Values of the wrong type are {@link JsonException}s and values out of range are
     * refused by the records' constructors; both become the refusal that {@link Wire} promises.
     */
    static <T> T checked(String what, Supplier<T> read) {
        try {
            return read.get();
        } catch (JsonException | IllegalArgumentException e) {
            throw McpException.invalidParams(what + ": " + e.getMessage());
        }
    }

    static JsonObject object(String what, JsonValue value) {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new JsonException(what + ": expected object, was " + value.typeName());
    }

    static String text(String what, JsonValue value) {
        if (value instanceof JsonString text) {
            return text.value();
        }
        throw new JsonException(what + ": expected string, was " + value.typeName());
    }

    /** The member as an object; empty if it is absent. */
    static JsonObject objectOrEmpty(JsonObject from, String name) {
        return from.object(name).orElse(JsonObject.EMPTY);
    }

    static JsonObject meta(JsonObject from) {
        return objectOrEmpty(from, "_meta");
    }

    /** The {@code _meta} of a message, empty also where something else stands there. */
    static JsonObject metaOrEmpty(JsonObject from) {
        return from.get("_meta") instanceof JsonObject meta ? meta : JsonObject.EMPTY;
    }

    /** Reads each element of an array of objects; an absent array is empty. */
    static <T> List<T> list(JsonObject from, String name, Function<JsonObject, T> read) {
        return objects(from.array(name).orElse(JsonArray.EMPTY), name, read);
    }

    static <T> List<T> requiredList(JsonObject from, String name, Function<JsonObject, T> read) {
        return objects(from.requireArray(name), name, read);
    }

    private static <T> List<T> objects(
            JsonArray values, String name, Function<JsonObject, T> read) {
        List<T> items = new ArrayList<>(values.size());
        int index = 0;
        for (JsonValue value : values) {
            items.add(read.apply(object(name + "[" + index++ + "]", value)));
        }
        return items;
    }

    static List<String> strings(JsonObject from, String name) {
        JsonArray values = from.array(name).orElse(JsonArray.EMPTY);
        List<String> items = new ArrayList<>(values.size());
        int index = 0;
        for (JsonValue value : values) {
            items.add(text(name + "[" + index++ + "]", value));
        }
        return items;
    }

    /** The member as an object of strings; empty if it is absent. */
    static Map<String, String> stringMap(JsonObject from, String name) {
        Map<String, String> items = new LinkedHashMap<>();
        objectOrEmpty(from, name)
                .members()
                .forEach(
                        (key, value) ->
                                items.put(key, text("member '" + name + "." + key + "'", value)));
        return items;
    }

    /** At most 64 characters of what a peer sent, for a message. */
    static String quote(String text) {
        return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "...";
    }

    static int integer(JsonObject from, String name, long value) {
        if (value != (int) value) {
            throw new JsonException("member '" + name + "': " + value + " is beyond 32 bits");
        }
        return (int) value;
    }
}
