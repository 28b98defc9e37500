package io.erlmcp.json;

/** The JSON null. */
public enum JsonNull implements JsonValue {
    NULL;

    @Override
    public void writeTo(JsonWriter out) {
        out.nullValue();
    }

    @Override
    public String toString() {
        return "null";
    }
}
