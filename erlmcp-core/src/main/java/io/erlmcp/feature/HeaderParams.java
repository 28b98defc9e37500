package io.erlmcp.feature;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonBoolean;
import io.erlmcp.json.JsonNull;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a tool that HTTP clients repeat as headers: what {@code x-mcp-header} in its
 * input schema says. Specification 2026-07-28, transport Streamable HTTP.
 *
 * @param paths the names of properties that lead to each argument, by the header's name behind
 *     {@code Mcp-Param-}
 */
public record HeaderParams(Map<String, List<String>> paths) {
    public static final String PREFIX = "Mcp-Param-";
    public static final HeaderParams NONE = new HeaderParams(Map.of());

    private static final String KEYWORD = "x-mcp-header";
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");
    private static final Set<String> SCHEMAS_BY_NAME =
            Set.of("patternProperties", "$defs", "definitions", "dependentSchemas");
    private static final Set<String> SCHEMAS =
            Set.of(
                    "items",
                    "prefixItems",
                    "additionalItems",
                    "unevaluatedItems",
                    "contains",
                    "additionalProperties",
                    "unevaluatedProperties",
                    "propertyNames",
                    "contentSchema",
                    "allOf",
                    "anyOf",
                    "oneOf",
                    "not",
                    "if",
                    "then",
                    "else");

    public HeaderParams {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        paths.forEach((name, path) -> copy.put(name, List.copyOf(path)));
        paths = Collections.unmodifiableMap(copy);
    }

    /**
     * The header parameters of a tool.
     *
     * @throws IllegalArgumentException when an annotation breaks a rule: a client must leave such a
     *     tool out
     */
    public static HeaderParams of(JsonObject inputSchema) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        collect(inputSchema, List.of(), true, found);
        return found.isEmpty() ? NONE : new HeaderParams(found);
    }

    public boolean isEmpty() {
        return paths.isEmpty();
    }

    /** The headers for a call with these arguments; absent and null ones have none. */
    public Map<String, String> headers(JsonObject arguments) {
        Map<String, String> headers = new LinkedHashMap<>();
        paths.forEach(
                (name, path) -> {
                    JsonValue value = valueAt(arguments, path);
                    if (value != null) {
                        plainText(value)
                                .ifPresent(
                                        text ->
                                                headers.put(
                                                        PREFIX + name, HeaderText.encode(text)));
                    }
                });
        return headers;
    }

    /**
     * What is wrong with the headers of a call: a missing one, one without an argument, or one that
     * says something else. Empty when they repeat the arguments truly.
     *
     * @param header the value of a header by its full name, or null when it was not sent
     */
    public Optional<String> mismatch(JsonObject arguments, UnaryOperator<@Nullable String> header) {
        for (Map.Entry<String, List<String>> param : paths.entrySet()) {
            String name = PREFIX + param.getKey();
            String sent = header.apply(name);
            JsonValue value = valueAt(arguments, param.getValue());
            String argument = String.join(".", param.getValue());
            if (value == null && sent != null) {
                return Optional.of(
                        "header " + name + " was sent, but argument " + argument + " is absent");
            }
            if (value != null && sent == null) {
                return Optional.of("header " + name + " is missing");
            }
            if (value != null && sent != null && !says(sent, value)) {
                return Optional.of("header " + name + " does not match argument " + argument);
            }
        }
        return Optional.empty();
    }

    private static boolean says(String sent, JsonValue value) {
        Optional<String> expected = plainText(value);
        if (expected.isEmpty()) {
            return true;
        }
        try {
            String text = HeaderText.decode(sent);
            return text.equals(expected.get())
                    || (value instanceof JsonNumber number
                            && HeaderText.isSameNumber(text, number));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The argument at {@code path}; null when it is absent or null. */
    private static @Nullable JsonValue valueAt(JsonObject arguments, List<String> path) {
        JsonValue value = arguments;
        for (String name : path) {
            value = value instanceof JsonObject object ? object.get(name) : null;
        }
        return value instanceof JsonNull ? null : value;
    }

    /**
     * A string, integer or boolean as text; empty for what breaks the schema and is refused there.
     */
    private static Optional<String> plainText(JsonValue value) {
        return switch (value) {
            case JsonString string -> Optional.of(string.value());
            case JsonNumber number -> Optional.of(HeaderText.decimal(number));
            case JsonBoolean bool -> Optional.of(Boolean.toString(bool.value()));
            case JsonNull none -> Optional.empty();
            case JsonArray array -> Optional.empty();
            case JsonObject object -> Optional.empty();
        };
    }

    /**
     * @param reachable whether only {@code properties} lie between the root and this schema
     */
    private static void collect(
            JsonObject schema,
            List<String> path,
            boolean reachable,
            Map<String, List<String>> found) {
        JsonValue annotation = schema.get(KEYWORD);
        if (annotation != null) {
            add(annotation, schema, path, reachable, found);
        }
        for (Map.Entry<String, JsonValue> member : schema.members().entrySet()) {
            String keyword = member.getKey();
            if (keyword.equals("properties")
                    && member.getValue() instanceof JsonObject properties) {
                properties
                        .members()
                        .forEach(
                                (name, value) -> {
                                    List<String> longer = new ArrayList<>(path);
                                    longer.add(name);
                                    collectFrom(value, longer, reachable, found);
                                });
            } else if (SCHEMAS_BY_NAME.contains(keyword)
                    && member.getValue() instanceof JsonObject schemas) {
                schemas.members().values().forEach(value -> collectFrom(value, path, false, found));
            } else if (SCHEMAS.contains(keyword)) {
                collectFrom(member.getValue(), path, false, found);
            }
        }
    }

    private static void collectFrom(
            JsonValue value,
            List<String> path,
            boolean reachable,
            Map<String, List<String>> found) {
        switch (value) {
            case JsonObject schema -> collect(schema, path, reachable, found);
            case JsonArray schemas ->
                    schemas.forEach(each -> collectFrom(each, path, false, found));
            case JsonString other -> {}
            case JsonNumber other -> {}
            case JsonBoolean other -> {}
            case JsonNull other -> {}
        }
    }

    private static void add(
            JsonValue annotation,
            JsonObject schema,
            List<String> path,
            boolean reachable,
            Map<String, List<String>> found) {
        String where = KEYWORD + " at " + (path.isEmpty() ? "the root" : String.join(".", path));
        if (!(annotation instanceof JsonString name)) {
            throw new IllegalArgumentException(
                    where + " must be a string, is: " + annotation.typeName());
        }
        if (!HeaderText.isToken(name.value())) {
            throw new IllegalArgumentException(
                    where + " must be a header name, is: \"" + name.value() + '"');
        }
        if (!reachable || path.isEmpty()) {
            throw new IllegalArgumentException(
                    where + " must be on a property, reached through properties only");
        }
        if (!(schema.get("type") instanceof JsonString type) || !TYPES.contains(type.value())) {
            throw new IllegalArgumentException(
                    where
                            + " must be on a string, an integer or a boolean, is on: "
                            + schema.get("type"));
        }
        Set<String> taken = new HashSet<>();
        found.keySet().forEach(known -> taken.add(known.toLowerCase(Locale.ROOT)));
        if (!taken.add(name.value().toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(where + " repeats the header " + name.value());
        }
        found.put(name.value(), path);
    }
}
