package io.erlmcp.json;

import java.util.Arrays;

/** A member name encoded once, for names that are written often: keep it in a constant. */
public final class JsonName {
    private final String text;
    private final byte[] quoted;

    private JsonName(String text) {
        JsonWriter out = new JsonWriter();
        out.string(text);
        this.text = text;
        this.quoted = Arrays.copyOf(out.buffer(), out.size());
    }

    public static JsonName of(String text) {
        return new JsonName(text);
    }

    /** The name with its quotes, as it stands in a text. */
    byte[] quoted() {
        return quoted;
    }

    @Override
    public String toString() {
        return text;
    }
}
