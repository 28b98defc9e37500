package io.erlmcp.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An immutable JSON value. */
public sealed interface JsonValue
        permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

    void writeTo(JsonWriter out);

    /** The compact JSON text of this value. */
    default String toJson() {
        JsonWriter out = new JsonWriter();
        writeTo(out);
        return out.toString();
    }

    /**
     * The kind's name as the JSON specification spells it: object, array, string, number, boolean,
     * null.
     */
    default String typeName() {
        return switch (this) {
            case JsonObject o -> "object";
            case JsonArray a -> "array";
            case JsonString s -> "string";
            case JsonNumber n -> "number";
            case JsonBoolean b -> "boolean";
            case JsonNull n -> "null";
        };
    }

    /**
     * The JSON value of a Java value: null, text, numbers, booleans, maps with text or enum keys,
     * collections, arrays, enums (their name), optionals, slices, values; everything else, such as
     * records, through {@link JacksonBinder}.
     *
     * @throws JsonException if the value has no JSON form (NaN, for one)
     */
    static JsonValue of(@Nullable Object javaValue) {
        return switch (javaValue) {
            case null -> JsonNull.NULL;
            case JsonValue value -> value;
            case JsonSlice slice -> slice.value();
            case CharSequence text -> new JsonString(text.toString());
            case Character letter -> new JsonString(letter.toString());
            case Boolean bool -> JsonBoolean.of(bool);
            case Number number -> ofNumber(number);
            case Enum<?> constant -> new JsonString(constant.name());
            case Optional<?> optional -> of(optional.orElse(null));
            case Map<?, ?> map -> ofMap(map);
            case Collection<?> items -> ofItems(items);
            case Object[] items -> JsonArray.of(items);
            default ->
                    javaValue.getClass().isArray()
                            ? ofPrimitives(javaValue)
                            : JacksonBinder.shared().toJson(javaValue);
        };
    }

    private static JsonValue ofNumber(Number number) {
        return switch (number) {
            case Double value -> JsonNumber.of(value.doubleValue());
            case Float value -> JsonNumber.of(new BigDecimal(checkFinite(value).toString()));
            case BigDecimal value -> JsonNumber.of(value);
            case BigInteger value -> JsonNumber.of(new BigDecimal(value));
            default -> JsonNumber.of(number.longValue());
        };
    }

    private static Float checkFinite(Float value) {
        if (!Float.isFinite(value)) {
            throw new JsonException("JSON has no number for " + value);
        }
        return value;
    }

    private static JsonValue ofMap(Map<?, ?> map) {
        JsonObject.Builder object = JsonObject.builder();
        map.forEach((key, value) -> object.put(nameOf(key), value));
        return object.build();
    }

    private static String nameOf(@Nullable Object key) {
        return switch (key) {
            case CharSequence text -> text.toString();
            case Enum<?> constant -> constant.name();
            case null -> throw new JsonException("member name: expected string, was null");
            default ->
                    throw new JsonException(
                            "member name: expected string, was " + key.getClass().getSimpleName());
        };
    }

    private static JsonValue ofItems(Collection<?> items) {
        List<JsonValue> values = new ArrayList<>(items.size());
        for (Object item : items) {
            values.add(of(item));
        }
        return new JsonArray(values);
    }

    private static JsonValue ofPrimitives(Object array) {
        int length = java.lang.reflect.Array.getLength(array);
        List<JsonValue> values = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            values.add(of(java.lang.reflect.Array.get(array, i)));
        }
        return new JsonArray(values);
    }
}
