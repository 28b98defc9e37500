package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ListRootsResult;
import io.erlmcp.protocol.Root;

/** A client's roots. */
final class RootsCodec {
    private RootsCodec() {}

    static void write(ListRootsResult result, JsonWriter out) {
        out.beginObject().name("roots").beginArray();
        for (Root root : result.roots()) {
            out.beginObject().field("uri", root.uri());
            Writes.text(out, "name", root.name());
            out.endObject();
        }
        out.endArray().endObject();
    }

    static ListRootsResult readAnswer(JsonObject answer) {
        return new ListRootsResult(
                Reads.requiredList(
                        answer,
                        "roots",
                        it -> new Root(it.requireString("uri"), it.string("name").orElse(null))));
    }
}
