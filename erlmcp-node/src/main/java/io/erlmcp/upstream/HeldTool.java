package io.erlmcp.upstream;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.protocol.Tool;
import io.erlmcp.protocol.ToolAnnotations;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A tool that is not offered because its definition changed.
 *
 * @param tool its name, as the server gives it
 * @param sha256 of the definition that waits, so that what is accepted is what was looked at
 * @param before as it was first seen, or last accepted
 * @param now as the server lists it
 */
public record HeldTool(ComponentId upstream, String tool, String sha256, Tool before, Tool now) {
    static HeldTool of(ComponentId upstream, String tool, Shelf.Held<Tool> definitions) {
        return new HeldTool(
                upstream,
                tool,
                hash(json(definitions.now())),
                definitions.before(),
                definitions.now());
    }

    Shelf.Held<Tool> definitions() {
        return new Shelf.Held<>(before, now);
    }

    private static String hash(JsonObject definition) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(definition.toJson().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** For operators, with both definitions. */
    public JsonObject json() {
        return JsonObject.of(
                "upstream",
                upstream.path(),
                "tool",
                tool,
                "sha256",
                sha256,
                "definitions",
                JsonObject.of("before", json(before), "now", json(now)));
    }

    /** All of a definition: two that differ look different. */
    private static JsonObject json(Tool it) {
        return JsonObject.builder()
                .put("name", it.name())
                .putIfPresent("title", it.title())
                .putIfPresent("description", it.description())
                .put("inputSchema", it.inputSchema())
                .putIfPresent("outputSchema", it.outputSchema())
                .put("annotations", json(it.annotations()))
                .put("icons", JsonArray.of(it.icons().stream().map(Object::toString).toArray()))
                .put("taskSupport", it.taskSupport().name())
                .put("_meta", it.meta())
                .build();
    }

    private static JsonObject json(ToolAnnotations it) {
        return JsonObject.builder()
                .putIfPresent("title", it.title())
                .putIfPresent("readOnlyHint", it.readOnlyHint())
                .putIfPresent("destructiveHint", it.destructiveHint())
                .putIfPresent("idempotentHint", it.idempotentHint())
                .putIfPresent("openWorldHint", it.openWorldHint())
                .build();
    }
}
