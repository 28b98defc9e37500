package io.erlmcp.upstream;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.Tool;
import io.erlmcp.protocol.ToolAnnotations;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Definitions of servers as JSON, and their fingerprints. Fingerprints outlive the node: what is
 * written here for a definition may not change, or all definitions look changed after an update.
 */
final class Definitions {
    private Definitions() {}

    /** All of a tool: two that differ look different. */
    static JsonObject json(Tool it) {
        return JsonObject.builder()
                .put("name", it.name())
                .putIfPresent("title", it.title())
                .putIfPresent("description", it.description())
                .put("inputSchema", it.inputSchema())
                .putIfPresent("outputSchema", it.outputSchema())
                .put("annotations", json(it.annotations()))
                .put("icons", icons(it.icons()))
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

    /** All of a prompt. */
    static JsonObject json(Prompt it) {
        return JsonObject.builder()
                .put("name", it.name())
                .putIfPresent("title", it.title())
                .putIfPresent("description", it.description())
                .put(
                        "arguments",
                        JsonArray.of(
                                it.arguments().stream()
                                        .map(
                                                each ->
                                                        JsonObject.builder()
                                                                .put("name", each.name())
                                                                .putIfPresent("title", each.title())
                                                                .putIfPresent(
                                                                        "description",
                                                                        each.description())
                                                                .put("required", each.required())
                                                                .build())
                                        .toArray()))
                .put("icons", icons(it.icons()))
                .put("_meta", it.meta())
                .build();
    }

    /** What a model reads of a resource; size and times change with its content. */
    static JsonObject json(Resource it) {
        return read(it.uri(), it.name(), it.title(), it.description(), it.mimeType());
    }

    /** What a model reads of a template. */
    static JsonObject json(ResourceTemplate it) {
        return read(it.uriTemplate(), it.name(), it.title(), it.description(), it.mimeType());
    }

    private static JsonObject read(
            String uri,
            String name,
            @Nullable String title,
            @Nullable String description,
            @Nullable String mimeType) {
        return JsonObject.builder()
                .put("uri", uri)
                .put("name", name)
                .putIfPresent("title", title)
                .putIfPresent("description", description)
                .putIfPresent("mimeType", mimeType)
                .build();
    }

    private static JsonArray icons(List<Icon> icons) {
        return JsonArray.of(
                icons.stream()
                        .map(
                                it ->
                                        JsonObject.builder()
                                                .put("src", it.src())
                                                .putIfPresent("mimeType", it.mimeType())
                                                .put("sizes", JsonArray.of(it.sizes().toArray()))
                                                .putIfPresent("theme", it.theme())
                                                .build())
                        .toArray());
    }

    /** The fingerprint of a definition; the order of members does not count. */
    static String sha256(JsonObject definition) {
        return sha256(sorted(definition).toJson());
    }

    private static JsonValue sorted(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                JsonObject.Builder out = JsonObject.builder();
                for (String name : new TreeSet<>(object.keys())) {
                    JsonValue member = object.get(name);
                    if (member != null) {
                        out.put(name, sorted(member));
                    }
                }
                yield out.build();
            }
            case JsonArray array ->
                    JsonArray.of(array.values().stream().map(Definitions::sorted).toArray());
            default -> value;
        };
    }

    static String sha256(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
