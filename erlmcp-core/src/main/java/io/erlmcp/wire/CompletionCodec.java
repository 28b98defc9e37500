package io.erlmcp.wire;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CompletionRef;

/** Completion requests and suggestions. */
final class CompletionCodec {
    private CompletionCodec() {}

    static void write(Completion completion, JsonWriter out) {
        out.name("completion").beginObject().name("values");
        Writes.strings(out, completion.values());
        Integer total = completion.total();
        if (total != null) {
            out.field("total", total.longValue());
        }
        Writes.ifTrue(out, "hasMore", completion.hasMore());
        out.endObject();
    }

    static Completion read(JsonObject result) {
        JsonObject from = result.requireObject("completion");
        return new Completion(
                Reads.strings(from, "values"),
                from.integer("total").map(it -> Reads.integer(from, "total", it)).orElse(null),
                from.bool("hasMore").orElse(false));
    }

    /** The members of the params of a request. */
    static void members(ClientRequest.Complete request, Dialect dialect, JsonWriter out) {
        out.name("ref").beginObject();
        switch (request.ref()) {
            case CompletionRef.PromptRef prompt ->
                    out.field("type", "ref/prompt").field("name", prompt.name());
            case CompletionRef.ResourceRef template ->
                    out.field("type", "ref/resource").field("uri", template.uri());
        }
        out.endObject().name("argument").beginObject();
        out.field("name", request.argument()).field("value", request.value()).endObject();
        if (dialect.completionContext() && !request.context().isEmpty()) {
            out.name("context").beginObject();
            Writes.strings(out, "arguments", request.context());
            out.endObject();
        }
    }

    static ClientRequest.Complete readRequest(JsonObject params) {
        JsonObject argument = params.requireObject("argument");
        return new ClientRequest.Complete(
                ref(params.requireObject("ref")),
                argument.requireString("name"),
                argument.requireString("value"),
                Reads.stringMap(Reads.objectOrEmpty(params, "context"), "arguments"));
    }

    private static CompletionRef ref(JsonObject from) {
        String type = from.requireString("type");
        return switch (type) {
            case "ref/prompt" -> new CompletionRef.PromptRef(from.requireString("name"));
            case "ref/resource" -> new CompletionRef.ResourceRef(from.requireString("uri"));
            default ->
                    throw new JsonException(
                            "member 'ref.type': expected ref/prompt or ref/resource, was '"
                                    + Reads.quote(type)
                                    + "'");
        };
    }
}
