package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.Extensions;
import io.erlmcp.protocol.ServerCapabilities;
import java.util.Optional;

/** What clients and servers offer. Keys that we do not know are tolerated. */
final class CapabilitiesCodec {
    private static final String LIST_CHANGED = "listChanged";

    private static final JsonObject CORE_TASKS =
            JsonObject.of(
                    "list",
                    JsonObject.EMPTY,
                    "cancel",
                    JsonObject.EMPTY,
                    "requests",
                    JsonObject.of("tools", JsonObject.of("call", JsonObject.EMPTY)));

    private CapabilitiesCodec() {}

    static void write(ServerCapabilities offered, Dialect dialect, JsonWriter out) {
        out.beginObject();
        Writes.object(out, "experimental", offered.experimental());
        Writes.emptyObject(out, "logging", offered.logging());
        Writes.emptyObject(
                out, "completions", offered.completions() && dialect.completionsCapability());
        if (offered.prompts()) {
            out.name("prompts").beginObject();
            Writes.ifTrue(out, LIST_CHANGED, offered.listChanged());
            out.endObject();
        }
        if (offered.resources()) {
            out.name("resources").beginObject();
            Writes.ifTrue(out, "subscribe", offered.resourceSubscriptions());
            Writes.ifTrue(out, LIST_CHANGED, offered.listChanged());
            out.endObject();
        }
        if (offered.tools()) {
            out.name("tools").beginObject();
            Writes.ifTrue(out, LIST_CHANGED, offered.listChanged());
            out.endObject();
        }
        if (dialect.coreTasks() && offered.tasks()) {
            out.field("tasks", CORE_TASKS);
        }
        if (dialect.isModern()) {
            Writes.object(out, "extensions", extensions(offered));
        }
        out.endObject();
    }

    private static JsonObject extensions(ServerCapabilities offered) {
        JsonObject extensions = offered.extensions();
        return offered.tasks() && !extensions.has(Extensions.TASKS)
                ? extensions.with(Extensions.TASKS, JsonObject.EMPTY)
                : extensions;
    }

    static ServerCapabilities readServer(JsonObject from) {
        Optional<JsonObject> tools = from.object("tools");
        Optional<JsonObject> prompts = from.object("prompts");
        Optional<JsonObject> resources = from.object("resources");
        boolean subscriptions = resources.flatMap(it -> it.bool("subscribe")).orElse(false);
        return new ServerCapabilities(
                tools.isPresent(),
                prompts.isPresent(),
                resources.isPresent(),
                subscriptions,
                listChanged(tools) || listChanged(prompts) || listChanged(resources),
                from.object("completions").isPresent(),
                from.object("logging").isPresent(),
                tasks(from),
                Reads.objectOrEmpty(from, "extensions").without(Extensions.TASKS),
                Reads.objectOrEmpty(from, "experimental"));
    }

    /** By the extension, or by the capability of 2025-11-25. */
    private static boolean tasks(JsonObject from) {
        return Reads.objectOrEmpty(from, "extensions").has(Extensions.TASKS)
                || from.object("tasks")
                        .flatMap(it -> it.object("requests"))
                        .flatMap(it -> it.object("tools"))
                        .filter(it -> it.has("call"))
                        .isPresent();
    }

    static void write(ClientCapabilities offered, Dialect dialect, JsonWriter out) {
        out.beginObject();
        if (offered.raw().get("experimental") instanceof JsonObject experimental) {
            out.field("experimental", experimental);
        }
        if (offered.roots()) {
            out.name("roots").beginObject();
            Writes.ifTrue(out, LIST_CHANGED, offered.rootsListChanged() && !dialect.isModern());
            out.endObject();
        }
        if (offered.sampling()) {
            out.name("sampling").beginObject();
            Writes.emptyObject(
                    out, "context", offered.samplingContext() && dialect.samplingTools());
            Writes.emptyObject(out, "tools", offered.samplingTools() && dialect.samplingTools());
            out.endObject();
        }
        writeElicitation(offered, dialect, out);
        if (dialect.coreTasks() && offered.raw().get("tasks") instanceof JsonObject tasks) {
            out.field("tasks", tasks);
        }
        if (dialect.isModern()) {
            Writes.object(out, "extensions", offered.extensions());
        }
        out.endObject();
    }

    private static void writeElicitation(
            ClientCapabilities offered, Dialect dialect, JsonWriter out) {
        boolean form = offered.elicitationForm() && dialect.elicitation();
        boolean url = offered.elicitationUrl() && dialect.elicitationModes();
        if (!form && !url) {
            return;
        }
        out.name("elicitation").beginObject();
        Writes.emptyObject(out, "form", form && dialect.elicitationModes());
        Writes.emptyObject(out, "url", url);
        out.endObject();
    }

    static ClientCapabilities readClient(JsonObject from) {
        Optional<JsonObject> roots = from.object("roots");
        Optional<JsonObject> sampling = from.object("sampling");
        Optional<JsonObject> elicitation = from.object("elicitation");
        boolean url = elicitation.flatMap(it -> it.object("url")).isPresent();
        // An object that names no mode is how the first revision with forms spelled them.
        boolean form =
                elicitation.isPresent()
                        && (!url || elicitation.flatMap(it -> it.object("form")).isPresent());
        return new ClientCapabilities(
                roots.isPresent(),
                listChanged(roots),
                sampling.isPresent(),
                sampling.flatMap(it -> it.object("tools")).isPresent(),
                sampling.flatMap(it -> it.object("context")).isPresent(),
                form,
                url,
                Reads.objectOrEmpty(from, "extensions"),
                from);
    }

    /** Whether {@code tasks.requests} of 2025-11-25 names the method. */
    static boolean takesTasks(ClientCapabilities client, String method) {
        int slash = method.indexOf('/');
        return client.raw().get("tasks") instanceof JsonObject tasks
                && tasks.get("requests") instanceof JsonObject requests
                && requests.get(method.substring(0, slash)) instanceof JsonObject area
                && area.has(method.substring(slash + 1));
    }

    private static boolean listChanged(Optional<JsonObject> capability) {
        return capability.flatMap(it -> it.bool(LIST_CHANGED)).orElse(false);
    }
}
