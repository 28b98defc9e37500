package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ListenFilter;
import java.util.LinkedHashSet;

/** What a listen stream wants to hear of, and what of it is honoured. */
final class ListenCodec {
    private static final String NOTIFICATIONS = "notifications";

    private ListenCodec() {}

    /** Writes the member of params that carries the filter. */
    static void member(ListenFilter filter, JsonWriter out) {
        out.name(NOTIFICATIONS).beginObject();
        Writes.ifTrue(out, "toolsListChanged", filter.toolsListChanged());
        Writes.ifTrue(out, "promptsListChanged", filter.promptsListChanged());
        Writes.ifTrue(out, "resourcesListChanged", filter.resourcesListChanged());
        Writes.strings(out, "resourceSubscriptions", filter.resourceSubscriptions());
        Writes.strings(out, "taskIds", filter.taskIds());
        out.endObject();
    }

    static ListenFilter read(JsonObject params) {
        JsonObject from = params.requireObject(NOTIFICATIONS);
        return new ListenFilter(
                from.bool("toolsListChanged").orElse(false),
                from.bool("promptsListChanged").orElse(false),
                from.bool("resourcesListChanged").orElse(false),
                new LinkedHashSet<>(Reads.strings(from, "resourceSubscriptions")),
                new LinkedHashSet<>(Reads.strings(from, "taskIds")));
    }
}
