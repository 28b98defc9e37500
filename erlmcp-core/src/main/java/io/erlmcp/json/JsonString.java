package io.erlmcp.json;

import java.util.Objects;

/** A JSON string, escapes resolved. */
public record JsonString(String value) implements JsonValue {
    public JsonString {
        Objects.requireNonNull(value, "value");
    }

    @Override
    public void writeTo(JsonWriter out) {
        out.string(value);
    }

    @Override
    public String toString() {
        return toJson();
    }
}
