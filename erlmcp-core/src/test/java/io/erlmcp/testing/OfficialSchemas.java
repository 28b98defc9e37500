package io.erlmcp.testing;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonBoolean;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The official schemas, with their known mistakes corrected, and closed on demand. */
final class OfficialSchemas {
    /** How the schemas' generator renders {@code string | number | boolean}. */
    private static final JsonValue NO_FRACTIONS = JsonArray.of("string", "integer", "boolean");

    private static final JsonValue SCALARS = JsonArray.of("string", "number", "boolean");
    private static final JsonValue SCALARS_AND_NULL =
            JsonArray.of("string", "number", "boolean", "null");

    /** Members whose values are open by nature. */
    private static final Set<String> OPEN_MEMBERS =
            Set.of("_meta", "inputSchema", "outputSchema", "requestedSchema", "experimental");

    /** Types that others extend. */
    private static final Set<String> OPEN_TYPES =
            Set.of(
                    "Request",
                    "Notification",
                    "Result",
                    "Error",
                    "RequestParams",
                    "NotificationParams");

    private OfficialSchemas() {}

    static JsonObject of(Revision revision) {
        return (JsonObject) corrected("", SchemaOracle.resource(revision.text() + "/schema.json"));
    }

    private static JsonValue corrected(String name, JsonValue node) {
        return switch (node) {
            case JsonArray array when name.equals("type") && array.equals(NO_FRACTIONS) -> SCALARS;
            case JsonArray array -> {
                List<JsonValue> items = new ArrayList<>();
                array.forEach(it -> items.add(corrected("", it)));
                yield JsonArray.of(items.toArray());
            }
            case JsonObject object -> {
                JsonObject.Builder copy = JsonObject.builder();
                object.members().forEach((key, value) -> copy.put(key, corrected(key, value)));
                JsonObject built = copy.build();
                yield switch (name) {
                    case "JSONValue" -> withNull(built);
                    case "NumberSchema" -> withFractions(built);
                    default -> built;
                };
            }
            default -> node;
        };
    }

    /** A JSON value may be null. */
    private static JsonObject withNull(JsonObject jsonValue) {
        List<JsonValue> kinds = new ArrayList<>();
        for (JsonValue kind : jsonValue.requireArray("anyOf")) {
            boolean scalars = kind instanceof JsonObject it && SCALARS.equals(it.get("type"));
            kinds.add(scalars ? JsonObject.of("type", SCALARS_AND_NULL) : kind);
        }
        return jsonValue.with("anyOf", kinds);
    }

    /** Limits and default of a number may have fractions. */
    private static JsonObject withFractions(JsonObject numberSchema) {
        JsonObject properties = numberSchema.requireObject("properties");
        for (String name : List.of("minimum", "maximum", "default")) {
            if (properties.has(name)) {
                properties = properties.with(name, JsonObject.of("type", "number"));
            }
        }
        return numberSchema.with("properties", properties);
    }

    /**
     * The schema with members forbidden that it does not name, where a type is not open by nature.
     */
    static JsonObject closed(JsonObject schema) {
        String name = schema.has("$defs") ? "$defs" : "definitions";
        JsonObject.Builder types = JsonObject.builder();
        for (Map.Entry<String, JsonValue> type : schema.requireObject(name).members().entrySet()) {
            types.put(type.getKey(), closedType(type.getKey(), type.getValue()));
        }
        return schema.with(name, types.build());
    }

    private static JsonValue closedType(String name, JsonValue type) {
        boolean open =
                OPEN_TYPES.contains(name)
                        || name.startsWith("JSON")
                        || name.contains("Task")
                        || name.endsWith("Schema")
                        || name.endsWith("MetaObject");
        if (open || !(type instanceof JsonObject object)) {
            return type;
        }
        // Messages have members of the envelope, which older revisions do not repeat in each type.
        boolean message = name.endsWith("Request") || name.endsWith("Notification");
        return message ? closedMembers(object) : closedValue(object);
    }

    private static JsonValue closedValue(JsonValue node) {
        return switch (node) {
            case JsonObject object -> {
                JsonObject closed = closedMembers(object);
                boolean named = closed.get("properties") instanceof JsonObject;
                yield named && !closed.has("additionalProperties")
                        ? closed.with("additionalProperties", JsonBoolean.FALSE)
                        : closed;
            }
            case JsonArray array -> {
                List<JsonValue> items = new ArrayList<>();
                array.forEach(it -> items.add(closedValue(it)));
                yield JsonArray.of(items.toArray());
            }
            default -> node;
        };
    }

    private static JsonObject closedMembers(JsonObject schema) {
        JsonObject closed = schema;
        for (String part : List.of("anyOf", "items")) {
            JsonValue value = schema.get(part);
            if (value != null) {
                closed = closed.with(part, closedValue(value));
            }
        }
        if (!(schema.get("properties") instanceof JsonObject properties)) {
            return closed;
        }
        JsonObject.Builder each = JsonObject.builder();
        properties.members().forEach((name, value) -> each.put(name, closedMember(name, value)));
        return closed.with("properties", each.build());
    }

    private static JsonValue closedMember(String name, JsonValue schema) {
        if (OPEN_MEMBERS.contains(name)) {
            return schema;
        }
        JsonValue closed = closedValue(schema);
        boolean params =
                name.equals("params") && closed instanceof JsonObject it && it.has("properties");
        if (!params) {
            return closed;
        }
        JsonObject object = (JsonObject) closed;
        JsonObject properties = object.requireObject("properties");
        return properties.has("_meta")
                ? object
                : object.with(
                        "properties", properties.with("_meta", JsonObject.of("type", "object")));
    }
}
