package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Implementation;

/** Names and versions of clients and servers. */
final class ImplementationCodec {
    private ImplementationCodec() {}

    static void write(Implementation implementation, Dialect dialect, JsonWriter out) {
        out.beginObject().field("name", implementation.name());
        if (dialect.titles()) {
            Writes.text(out, "title", implementation.title());
        }
        out.field("version", implementation.version());
        if (dialect.icons()) {
            Writes.text(out, "description", implementation.description());
            Writes.text(out, "websiteUrl", implementation.websiteUrl());
        }
        IconCodec.write(implementation.icons(), dialect, out);
        out.endObject();
    }

    static Implementation read(JsonObject from) {
        return new Implementation(
                from.requireString("name"),
                from.string("title").orElse(null),
                from.requireString("version"),
                from.string("description").orElse(null),
                from.string("websiteUrl").orElse(null),
                IconCodec.read(from));
    }
}
