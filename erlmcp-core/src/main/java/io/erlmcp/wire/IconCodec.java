package io.erlmcp.wire;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Icon;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Icons. They are decoration: one that we may not show is left out when it is read, and never a
 * reason to refuse.
 */
final class IconCodec {
    private IconCodec() {}

    static void write(List<Icon> icons, Dialect dialect, JsonWriter out) {
        if (icons.isEmpty() || !dialect.icons()) {
            return;
        }
        out.name("icons").beginArray();
        for (Icon icon : icons) {
            out.beginObject().field("src", icon.src());
            Writes.text(out, "mimeType", icon.mimeType());
            Writes.strings(out, "sizes", icon.sizes());
            Writes.text(out, "theme", icon.theme());
            out.endObject();
        }
        out.endArray();
    }

    static List<Icon> read(JsonObject owner) {
        if (!(owner.get("icons") instanceof JsonArray values)) {
            return List.of();
        }
        List<Icon> icons = new ArrayList<>(values.size());
        for (JsonValue value : values) {
            icon(value).ifPresent(icons::add);
        }
        return icons;
    }

    private static Optional<Icon> icon(JsonValue value) {
        if (!(value instanceof JsonObject from)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Icon(
                            from.requireString("src"),
                            from.string("mimeType").orElse(null),
                            Reads.strings(from, "sizes"),
                            from.string("theme").orElse(null)));
        } catch (JsonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
