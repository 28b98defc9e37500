package io.erlmcp.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the schemas that most tools have (types, properties, required, enum, const, ranges and
 * lengths, items) without the schema library. A schema with any other keyword is not its business.
 */
final class FlatSchema implements JsonSchema.SchemaCheck {
    /** Keywords that check nothing. */
    private static final Set<String> NOTES =
            Set.of(
                    "$schema",
                    "$comment",
                    "title",
                    "description",
                    "default",
                    "examples",
                    "deprecated",
                    "readOnly",
                    "writeOnly",
                    "format",
                    "contentEncoding",
                    "contentMediaType");

    private final Set<String> types = new HashSet<>();
    private final Map<String, FlatSchema> properties = new LinkedHashMap<>();
    private final List<String> required = new ArrayList<>();
    private final List<Bound> bounds = new ArrayList<>();
    private @Nullable JsonArray allowed;
    private boolean closed;
    private @Nullable FlatSchema items;

    private FlatSchema() {}

    /** Where a value stands; spelled out only for a fault. */
    private record Place(@Nullable Place in, Object member) {
        static String text(@Nullable Place place) {
            return place == null ? "" : text(place.in) + '/' + place.member;
        }
    }

    /** A limit on a number, a length or a count. */
    private record Bound(String keyword, JsonNumber limit) {}

    /** The compiled schema, or null if it needs the library. */
    static @Nullable FlatSchema compile(JsonObject schema) {
        String dialect = SchemaRules.dialect(schema);
        if (dialect != null && !dialect.equals(SchemaRules.DIALECT_2020_12)) {
            return null;
        }
        FlatSchema flat = new FlatSchema();
        for (Map.Entry<String, JsonValue> member : schema.members().entrySet()) {
            if (!flat.add(member.getKey(), member.getValue())) {
                return null;
            }
        }
        return flat;
    }

    private boolean add(String keyword, JsonValue value) {
        return switch (keyword) {
            case "type" -> addTypes(value);
            case "properties" -> addProperties(value);
            case "required" -> addRequired(value);
            case "enum" -> value instanceof JsonArray constants && allow(constants);
            case "const" -> allow(JsonArray.of(value));
            case "additionalProperties" -> {
                closed = value.equals(JsonBoolean.FALSE);
                yield value instanceof JsonBoolean;
            }
            case "items" -> {
                items = value instanceof JsonObject schema ? compile(schema) : null;
                yield items != null;
            }
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" ->
                    addBound(keyword, value);
            case "minLength", "maxLength", "minItems", "maxItems" ->
                    value instanceof JsonNumber number
                            && number.isInteger()
                            && addBound(keyword, value);
            default -> NOTES.contains(keyword) || keyword.startsWith("x-");
        };
    }

    private boolean addTypes(JsonValue value) {
        for (JsonValue type : value instanceof JsonArray several ? several : JsonArray.of(value)) {
            if (!(type instanceof JsonString name)) {
                return false;
            }
            types.add(name.value());
        }
        return !types.isEmpty();
    }

    private boolean addProperties(JsonValue value) {
        if (!(value instanceof JsonObject object)) {
            return false;
        }
        for (Map.Entry<String, JsonValue> property : object.members().entrySet()) {
            FlatSchema flat =
                    property.getValue() instanceof JsonObject schema ? compile(schema) : null;
            if (flat == null) {
                return false;
            }
            properties.put(property.getKey(), flat);
        }
        return true;
    }

    private boolean addRequired(JsonValue value) {
        if (!(value instanceof JsonArray names)) {
            return false;
        }
        for (JsonValue name : names) {
            if (!(name instanceof JsonString text)) {
                return false;
            }
            required.add(text.value());
        }
        return true;
    }

    private boolean allow(JsonArray constants) {
        boolean first = allowed == null;
        allowed = constants;
        return first;
    }

    private boolean addBound(String keyword, JsonValue value) {
        return value instanceof JsonNumber number
                && number.isComparable()
                && bounds.add(new Bound(keyword, number));
    }

    @Override
    public List<String> validate(JsonValue value) {
        List<String> faults = new ArrayList<>();
        validate(value, null, faults);
        return faults.size() <= JsonSchema.MAX_MESSAGES
                ? faults
                : faults.subList(0, JsonSchema.MAX_MESSAGES);
    }

    private void validate(JsonValue value, @Nullable Place path, List<String> faults) {
        if (faults.size() >= JsonSchema.MAX_MESSAGES) {
            return;
        }
        if (!types.isEmpty() && !isOfType(value)) {
            fault(
                    faults,
                    path,
                    "expected "
                            + String.join(" or ", types.stream().sorted().toList())
                            + ", was "
                            + value.typeName());
            return;
        }
        if (allowed != null && !allowed.values().contains(value)) {
            fault(faults, path, "expected one of " + JsonException.quote(allowed.toJson()));
        }
        switch (value) {
            case JsonObject object -> object(object, path, faults);
            case JsonArray array -> array(array, path, faults);
            case JsonString string -> {
                if (!bounds.isEmpty()) {
                    int length = string.value().codePointCount(0, string.value().length());
                    bounds(length, "Length", path, faults);
                }
            }
            case JsonNumber number -> {
                bounds(number, "imum", path, faults);
            }
            case JsonBoolean bool -> {}
            case JsonNull none -> {}
        }
    }

    private boolean isOfType(JsonValue value) {
        return types.contains(value.typeName())
                || (value instanceof JsonNumber number
                        && types.contains("integer")
                        && number.isInteger());
    }

    private void object(JsonObject object, @Nullable Place path, List<String> faults) {
        for (String name : required) {
            if (!object.has(name)) {
                fault(faults, path, "member '" + JsonException.quote(name) + "' is required");
            }
        }
        for (Map.Entry<String, JsonValue> member : object.kept().entrySet()) {
            FlatSchema property = properties.get(member.getKey());
            if (property != null) {
                property.validate(member.getValue(), new Place(path, member.getKey()), faults);
            } else if (closed) {
                fault(
                        faults,
                        path,
                        "member '" + JsonException.quote(member.getKey()) + "' is not allowed");
            }
        }
    }

    private void array(JsonArray array, @Nullable Place path, List<String> faults) {
        bounds(array.size(), "Items", path, faults);
        if (items != null) {
            for (int i = 0; i < array.size() && faults.size() < JsonSchema.MAX_MESSAGES; i++) {
                items.validate(array.get(i), new Place(path, i), faults);
            }
        }
    }

    private void bounds(int actual, String kind, @Nullable Place path, List<String> faults) {
        if (!bounds.isEmpty()) {
            bounds(JsonNumber.of((long) actual), kind, path, faults);
        }
    }

    private void bounds(JsonNumber actual, String kind, @Nullable Place path, List<String> faults) {
        for (Bound bound : bounds) {
            if (bound.keyword().endsWith(kind)
                    && !keeps(actual.compare(bound.limit()), bound.keyword())) {
                fault(faults, path, bound.keyword() + " is " + bound.limit());
            }
        }
    }

    private static boolean keeps(int comparison, String keyword) {
        return switch (keyword) {
            case "exclusiveMinimum" -> comparison > 0;
            case "exclusiveMaximum" -> comparison < 0;
            default -> keyword.startsWith("min") ? comparison >= 0 : comparison <= 0;
        };
    }

    private static void fault(List<String> faults, @Nullable Place path, String what) {
        String place = path == null ? "/" : Place.text(path);
        String text = place + ": " + what;
        faults.add(
                text.length() <= JsonSchema.MAX_MESSAGE_LENGTH
                        ? text
                        : text.substring(0, JsonSchema.MAX_MESSAGE_LENGTH));
    }
}
