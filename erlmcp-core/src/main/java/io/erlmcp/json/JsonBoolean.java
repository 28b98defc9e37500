package io.erlmcp.json;

/** A JSON boolean. */
public record JsonBoolean(boolean value) implements JsonValue {
    public static final JsonBoolean TRUE = new JsonBoolean(true);
    public static final JsonBoolean FALSE = new JsonBoolean(false);

    public static JsonBoolean of(boolean value) {
        return value ? TRUE : FALSE;
    }

    @Override
    public void writeTo(JsonWriter out) {
        out.bool(value);
    }

    @Override
    public String toString() {
        return toJson();
    }
}
