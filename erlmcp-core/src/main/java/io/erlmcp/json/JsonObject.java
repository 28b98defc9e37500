package io.erlmcp.json;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An immutable JSON object in the order its members were put. Equality ignores the order. The typed
 * reads treat an absent member and a null as absent, and refuse another type with a {@link
 * JsonException} that names the member.
 */
public final class JsonObject implements JsonValue {
    public static final JsonObject EMPTY = new JsonObject(new LinkedHashMap<>());

    private final Map<String, JsonValue> members;

    /** Takes the map over; the caller must not keep it. */
    JsonObject(Map<String, JsonValue> members) {
        this.members = members;
    }

    public static JsonObject of() {
        return EMPTY;
    }

    public static JsonObject of(String k1, @Nullable Object v1) {
        return builder().put(k1, v1).build();
    }

    public static JsonObject of(String k1, @Nullable Object v1, String k2, @Nullable Object v2) {
        return builder().put(k1, v1).put(k2, v2).build();
    }

    public static JsonObject of(
            String k1,
            @Nullable Object v1,
            String k2,
            @Nullable Object v2,
            String k3,
            @Nullable Object v3) {
        return builder().put(k1, v1).put(k2, v2).put(k3, v3).build();
    }

    // Eight parameters: a literal of four members reads better than a builder at the many places
    // that need one.
    public static JsonObject of(
            String k1,
            @Nullable Object v1,
            String k2,
            @Nullable Object v2,
            String k3,
            @Nullable Object v3,
            String k4,
            @Nullable Object v4) {
        return builder().put(k1, v1).put(k2, v2).put(k3, v3).put(k4, v4).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public @Nullable JsonValue get(String name) {
        return members.get(name);
    }

    /** Whether the member is there, be it null. */
    public boolean has(String name) {
        return members.containsKey(name);
    }

    public Set<String> keys() {
        return Collections.unmodifiableSet(members.keySet());
    }

    public Map<String, JsonValue> members() {
        return Collections.unmodifiableMap(members);
    }

    /** The members as they are kept, to be read only. */
    Map<String, JsonValue> kept() {
        return members;
    }

    public int size() {
        return members.size();
    }

    @SuppressWarnings("ReferenceEquality") // the usual one is known without a look inside
    public boolean isEmpty() {
        return this == EMPTY || members.isEmpty();
    }

    /** This object with the member put: in its old place if it was there, else last. */
    public JsonObject with(String name, @Nullable Object value) {
        Map<String, JsonValue> copy = new LinkedHashMap<>(members);
        copy.put(name, JsonValue.of(value));
        return new JsonObject(copy);
    }

    public JsonObject without(String name) {
        if (!has(name)) {
            return this;
        }
        Map<String, JsonValue> copy = new LinkedHashMap<>(members);
        copy.remove(name);
        return new JsonObject(copy);
    }

    public Optional<String> string(String name) {
        return read(name, JsonString.class, "string", JsonString::value);
    }

    /** A whole number that fits 64 bits; 1.0 is one. */
    public Optional<Long> integer(String name) {
        return read(
                name,
                JsonNumber.class,
                "integer",
                number -> {
                    try {
                        return number.longValue();
                    } catch (JsonException e) {
                        throw new JsonException(
                                "member '" + JsonException.quote(name) + "': " + e.getMessage());
                    }
                });
    }

    public Optional<Double> number(String name) {
        return read(name, JsonNumber.class, "number", JsonNumber::doubleValue);
    }

    public Optional<Boolean> bool(String name) {
        return read(name, JsonBoolean.class, "boolean", JsonBoolean::value);
    }

    public Optional<JsonObject> object(String name) {
        return read(name, JsonObject.class, "object", Function.identity());
    }

    public Optional<JsonArray> array(String name) {
        return read(name, JsonArray.class, "array", Function.identity());
    }

    public String requireString(String name) {
        return string(name).orElseThrow(() -> missing(name, "string"));
    }

    public long requireInteger(String name) {
        return integer(name).orElseThrow(() -> missing(name, "integer"));
    }

    public double requireNumber(String name) {
        return number(name).orElseThrow(() -> missing(name, "number"));
    }

    public boolean requireBool(String name) {
        return bool(name).orElseThrow(() -> missing(name, "boolean"));
    }

    public JsonObject requireObject(String name) {
        return object(name).orElseThrow(() -> missing(name, "object"));
    }

    public JsonArray requireArray(String name) {
        return array(name).orElseThrow(() -> missing(name, "array"));
    }

    @Override
    public void writeTo(JsonWriter out) {
        out.beginObject();
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
            out.name(member.getKey());
            member.getValue().writeTo(out);
        }
        out.endObject();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonObject object && members.equals(object.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    @Override
    public String toString() {
        return toJson();
    }

    private <V extends JsonValue, T> Optional<T> read(
            String name, Class<V> type, String expected, Function<V, T> reader) {
        JsonValue value = members.get(name);
        if (value == null || value == JsonNull.NULL) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw new JsonException(
                    "member '"
                            + JsonException.quote(name)
                            + "': expected "
                            + expected
                            + ", was "
                            + value.typeName());
        }
        return Optional.of(reader.apply(type.cast(value)));
    }

    private JsonException missing(String name, String expected) {
        String actual = has(name) ? "null" : "absent";
        return new JsonException(
                "member '"
                        + JsonException.quote(name)
                        + "': expected "
                        + expected
                        + ", was "
                        + actual);
    }

    /** Collects members; not for several threads. */
    public static final class Builder {
        private Map<String, JsonValue> members = new LinkedHashMap<>();

        private Builder() {}

        /** Puts the member; a Java null becomes the JSON null. */
        public Builder put(String name, @Nullable Object value) {
            members.put(Objects.requireNonNull(name, "name"), JsonValue.of(value));
            return this;
        }

        /** Puts the member unless the value is null or an empty optional. */
        public Builder putIfPresent(String name, @Nullable Object value) {
            Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
            return present == null ? this : put(name, present);
        }

        public JsonObject build() {
            Map<String, JsonValue> built = members;
            members = new LinkedHashMap<>(built);
            return new JsonObject(built);
        }
    }
}
