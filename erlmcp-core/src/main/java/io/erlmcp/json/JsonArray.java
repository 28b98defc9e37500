package io.erlmcp.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An immutable JSON array. */
public final class JsonArray implements JsonValue, Iterable<JsonValue> {
    public static final JsonArray EMPTY = new JsonArray(List.of());

    private final List<JsonValue> values;

    /** Takes the list over; the caller must not keep it. */
    JsonArray(List<JsonValue> values) {
        this.values = Collections.unmodifiableList(values);
    }

    /** An array of the given Java values, each as by {@link JsonValue#of}. */
    public static JsonArray of(@Nullable Object... items) {
        List<JsonValue> values = new ArrayList<>(items.length);
        for (Object item : items) {
            values.add(JsonValue.of(item));
        }
        return new JsonArray(values);
    }

    public List<JsonValue> values() {
        return values;
    }

    /**
     * @throws JsonException if there is no such element
     */
    public JsonValue get(int index) {
        if (index < 0 || index >= values.size()) {
            throw new JsonException(
                    "element " + index + ": expected in an array of " + values.size());
        }
        return values.get(index);
    }

    public int size() {
        return values.size();
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    @Override
    public Iterator<JsonValue> iterator() {
        return values.iterator();
    }

    @Override
    public void writeTo(JsonWriter out) {
        out.beginArray();
        for (JsonValue value : values) {
            value.writeTo(out);
        }
        out.endArray();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonArray array && values.equals(array.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return toJson();
    }
}
