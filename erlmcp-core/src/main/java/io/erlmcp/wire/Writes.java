package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes members that may be absent: nothing for null, and nothing for what is empty. */
final class Writes {
    private Writes() {}

    static void text(JsonWriter out, String name, @Nullable String value) {
        if (value != null) {
            out.field(name, value);
        }
    }

    static void number(JsonWriter out, String name, @Nullable Double value) {
        if (value != null) {
            out.field(name, value.doubleValue());
        }
    }

    static void flag(JsonWriter out, String name, @Nullable Boolean value) {
        if (value != null) {
            out.field(name, value.booleanValue());
        }
    }

    /** Writes the member only if it is true, which is how MCP says false. */
    static void ifTrue(JsonWriter out, String name, boolean value) {
        if (value) {
            out.field(name, true);
        }
    }

    static void emptyObject(JsonWriter out, String name, boolean present) {
        if (present) {
            out.name(name).beginObject().endObject();
        }
    }

    static void object(JsonWriter out, String name, JsonObject value) {
        if (!value.isEmpty()) {
            out.field(name, value);
        }
    }

    static void meta(JsonWriter out, JsonObject meta) {
        if (!meta.isEmpty()) {
            out.name(MetaKeys.META).value(meta);
        }
    }

    static void strings(JsonWriter out, String name, Collection<String> values) {
        if (!values.isEmpty()) {
            out.name(name);
            strings(out, values);
        }
    }

    static void strings(JsonWriter out, Collection<String> values) {
        out.beginArray();
        for (String value : values) {
            out.string(value);
        }
        out.endArray();
    }

    static void strings(JsonWriter out, String name, Map<String, String> values) {
        out.name(name).beginObject();
        values.forEach(out::field);
        out.endObject();
    }
}
