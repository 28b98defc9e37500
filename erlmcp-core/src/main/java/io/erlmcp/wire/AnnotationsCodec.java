package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Annotations;
import io.erlmcp.protocol.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hints about content. */
final class AnnotationsCodec {
    private AnnotationsCodec() {}

    static void write(@Nullable Annotations annotations, Dialect dialect, JsonWriter out) {
        if (annotations == null) {
            return;
        }
        out.name("annotations").beginObject();
        if (!annotations.audience().isEmpty()) {
            out.name("audience").beginArray();
            for (Role role : annotations.audience()) {
                out.string(Roles.text(role));
            }
            out.endArray();
        }
        Writes.number(out, "priority", annotations.priority());
        if (dialect.lastModified()) {
            Writes.text(out, "lastModified", annotations.lastModified());
        }
        out.endObject();
    }

    static @Nullable Annotations read(JsonObject owner) {
        return owner.object("annotations").map(AnnotationsCodec::annotations).orElse(null);
    }

    private static Annotations annotations(JsonObject from) {
        List<Role> audience = Reads.strings(from, "audience").stream().map(Roles::read).toList();
        return new Annotations(
                audience,
                from.number("priority").orElse(null),
                from.string("lastModified").orElse(null));
    }
}
