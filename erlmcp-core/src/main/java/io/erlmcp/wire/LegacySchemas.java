package io.erlmcp.wire;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonBoolean;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Schemas of tools as legacy revisions want them: an output schema is of an object, and a
 * property's schema is never just true or false.
 *
 * <p>A result that is not an object goes to legacy peers as {@code {"result": ...}}, so its schema
 * is wrapped the same way. Where a schema allows objects beside other values, results that are
 * objects go as they are; the wrapped schema then allows both.
 */
final class LegacySchemas {
    /** The member that carries a result that is not an object. */
    static final String RESULT = "result";

    private static final int MAX_REFERENCES = 8;
    private static final JsonString OBJECT = new JsonString("object");
    private static final Set<String> MAPS_OF_SCHEMAS =
            Set.of("properties", "patternProperties", "dependentSchemas", "$defs", "definitions");
    private static final Set<String> PLAIN_VALUES = Set.of("const", "enum", "default", "examples");

    private LegacySchemas() {}

    static JsonObject input(JsonObject schema) {
        JsonObject properties =
                schema.get("properties") instanceof JsonObject it ? it : JsonObject.EMPTY;
        if (properties.members().values().stream().noneMatch(JsonBoolean.class::isInstance)) {
            return schema;
        }
        JsonObject.Builder spelled = JsonObject.builder();
        properties
                .members()
                .forEach(
                        (name, it) ->
                                spelled.put(
                                        name,
                                        it instanceof JsonBoolean bool ? spelledOut(bool) : it));
        return schema.with("properties", spelled.build());
    }

    static JsonObject output(JsonObject schema) {
        if (OBJECT.equals(schema.get("type"))) {
            return input(schema);
        }
        if (allowsOnlyObjects(schema, schema, MAX_REFERENCES)) {
            return input(schema.with("type", OBJECT));
        }
        return wrap(schema);
    }

    /** The schemas true and false, as objects. */
    private static JsonObject spelledOut(JsonBoolean schema) {
        return schema.value() ? JsonObject.EMPTY : JsonObject.of("not", JsonObject.EMPTY);
    }

    private static boolean allowsOnlyObjects(JsonObject root, JsonObject schema, int references) {
        JsonValue type = schema.get("type");
        if (OBJECT.equals(type) || JsonArray.of(OBJECT).equals(type)) {
            return true;
        }
        if (references == 0) {
            return false;
        }
        if (schema.get("$ref") instanceof JsonString reference
                && target(root, reference.value()) instanceof JsonObject target
                && allowsOnlyObjects(root, target, references - 1)) {
            return true;
        }
        return schema.get("allOf") instanceof JsonArray all
                && all.values().stream()
                        .anyMatch(
                                it ->
                                        it instanceof JsonObject part
                                                && allowsOnlyObjects(root, part, references - 1));
    }

    private static JsonValue target(JsonObject root, String reference) {
        for (String definitions : List.of("$defs", "definitions")) {
            String prefix = "#/" + definitions + "/";
            if (reference.startsWith(prefix)
                    && root.get(definitions) instanceof JsonObject defined
                    && defined.get(reference.substring(prefix.length()))
                            instanceof JsonObject target) {
                return target;
            }
        }
        return JsonBoolean.TRUE;
    }

    private static JsonObject wrap(JsonObject schema) {
        JsonObject.Builder wrapped = JsonObject.builder();
        wrapped.putIfPresent("$schema", schema.get("$schema")).put("type", OBJECT);
        JsonObject inner = schema.without("$schema");
        if (!allowsObjects(schema)) {
            return wrapped.put(
                            "properties",
                            JsonObject.of(RESULT, moved(inner, "/properties/" + RESULT)))
                    .put("required", JsonArray.of(RESULT))
                    .build();
        }
        JsonObject asResult =
                JsonObject.of(
                        "properties",
                        JsonObject.of(RESULT, moved(inner, "/anyOf/0/properties/" + RESULT)),
                        "required",
                        JsonArray.of(RESULT));
        return wrapped.put("anyOf", JsonArray.of(asResult, moved(inner, "/anyOf/1"))).build();
    }

    private static boolean allowsObjects(JsonObject schema) {
        return switch (schema.get("type")) {
            case null -> true;
            case JsonArray types -> types.values().contains(OBJECT);
            default -> false;
        };
    }

    /** The schema with its references to itself following it to {@code pointer}. */
    private static JsonObject moved(JsonObject schema, String pointer) {
        if (schema.has("$id")) {
            return schema;
        }
        JsonObject.Builder copy = JsonObject.builder();
        for (Map.Entry<String, JsonValue> member : schema.members().entrySet()) {
            String name = member.getKey();
            JsonValue value = member.getValue();
            if (name.equals("$ref") && value instanceof JsonString reference) {
                copy.put(name, movedReference(reference.value(), pointer));
            } else if (MAPS_OF_SCHEMAS.contains(name) && value instanceof JsonObject schemas) {
                JsonObject.Builder each = JsonObject.builder();
                schemas.members().forEach((key, it) -> each.put(key, movedValue(it, pointer)));
                copy.put(name, each.build());
            } else {
                copy.put(name, PLAIN_VALUES.contains(name) ? value : movedValue(value, pointer));
            }
        }
        return copy.build();
    }

    private static JsonValue movedValue(JsonValue value, String pointer) {
        return switch (value) {
            case JsonObject schema -> moved(schema, pointer);
            case JsonArray schemas -> {
                List<JsonValue> each = new ArrayList<>(schemas.size());
                schemas.forEach(it -> each.add(movedValue(it, pointer)));
                yield JsonArray.of(each.toArray());
            }
            default -> value;
        };
    }

    private static String movedReference(String reference, String pointer) {
        boolean local = reference.equals("#") || reference.startsWith("#/");
        return local ? "#" + pointer + reference.substring(1) : reference;
    }
}
