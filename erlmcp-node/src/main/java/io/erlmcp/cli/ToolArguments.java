package io.erlmcp.cli;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonBoolean;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNull;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns {@code key=value} into JSON as the tool's input schema wants it: numbers, booleans and
 * texts by their type, objects and arrays as JSON; {@code key:=json} is taken as it is. A key that
 * is repeated collects into an array.
 */
final class ToolArguments {
    private final JsonObject properties;
    private final JsonObject schema;

    ToolArguments(JsonObject inputSchema) {
        this.schema = inputSchema;
        this.properties = member(inputSchema, "properties");
    }

    /**
     * @throws UsageException naming the argument, its value and what the tool expects
     */
    JsonObject read(List<String> words) {
        Map<String, List<JsonValue>> values = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new UsageException("\"" + word + "\" is not key=value or key:=json");
            }
            boolean isRaw = word.charAt(equals - 1) == ':';
            String key = word.substring(0, isRaw ? equals - 1 : equals);
            String text = word.substring(equals + 1);
            values.computeIfAbsent(key, k -> new ArrayList<>())
                    .add(isRaw ? parse(key, text) : typed(key, text));
        }
        JsonObject.Builder arguments = JsonObject.builder();
        values.forEach(
                (key, all) ->
                        arguments.put(key, all.size() == 1 ? single(key, all.getFirst()) : all));
        JsonObject read = arguments.build();
        checkRequired(read);
        return read;
    }

    private void checkRequired(JsonObject read) {
        Optional<JsonArray> required =
                schema.get("required") instanceof JsonArray names
                        ? Optional.of(names)
                        : Optional.empty();
        List<String> missing =
                required.map(JsonArray::values).orElse(List.of()).stream()
                        .filter(name -> name instanceof JsonString text && !read.has(text.value()))
                        .map(name -> ((JsonString) name).value())
                        .map(name -> name + " (" + describe(member(properties, name)) + ")")
                        .toList();
        if (!missing.isEmpty()) {
            throw new UsageException("missing arguments: " + String.join(", ", missing));
        }
    }

    private JsonValue single(String key, JsonValue value) {
        boolean wantsArray = types(member(properties, key)).contains("array");
        return wantsArray && !(value instanceof JsonArray) ? JsonArray.of(value) : value;
    }

    private JsonValue typed(String key, String text) {
        JsonObject property = member(properties, key);
        List<String> types = types(property);
        if (types.contains("array") && !text.startsWith("[")) {
            return convert(key, text, types(member(property, "items")));
        }
        return convert(key, text, types);
    }

    private JsonValue convert(String key, String text, List<String> types) {
        for (String type : types) {
            Optional<JsonValue> value = convert(text, type);
            if (value.isPresent()) {
                return value.get();
            }
        }
        if (types.isEmpty() || types.contains("string")) {
            return new JsonString(text);
        }
        throw new UsageException(
                key + ": \"" + text + "\" is not " + describe(member(properties, key)));
    }

    private static Optional<JsonValue> convert(String text, String type) {
        try {
            return switch (type) {
                case "integer" -> {
                    JsonNumber number = new JsonNumber(text);
                    yield number.isInteger() ? Optional.of(number) : Optional.empty();
                }
                case "number" -> Optional.of(new JsonNumber(text));
                case "boolean" ->
                        switch (text) {
                            case "true" -> Optional.of(JsonBoolean.of(true));
                            case "false" -> Optional.of(JsonBoolean.of(false));
                            default -> Optional.empty();
                        };
                case "null" -> text.equals("null") ? Optional.of(JsonNull.NULL) : Optional.empty();
                case "object", "array" ->
                        Optional.of(Json.parse(text)).filter(it -> it.typeName().equals(type));
                default -> Optional.empty();
            };
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private static JsonValue parse(String key, String json) {
        try {
            return Json.parse(json);
        } catch (JsonException e) {
            throw new UsageException(key + ": is not JSON: " + e.getMessage());
        }
    }

    /** The types a property may have, most particular first; empty when the schema does not say. */
    private static List<String> types(JsonObject property) {
        return switch (property.get("type")) {
            case JsonString one -> List.of(one.value());
            case JsonArray several ->
                    several.values().stream()
                            .filter(JsonString.class::isInstance)
                            .map(it -> ((JsonString) it).value())
                            .toList();
            case null, default -> List.of();
        };
    }

    private static String describe(JsonObject property) {
        List<String> types = types(property);
        return types.isEmpty() ? "any value" : String.join(" or ", types);
    }

    private static JsonObject member(JsonObject object, String name) {
        return object.get(name) instanceof JsonObject found ? found : JsonObject.EMPTY;
    }
}
