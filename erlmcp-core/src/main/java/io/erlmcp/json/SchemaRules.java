package io.erlmcp.json;

import java.net.URI;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What a schema must keep to before anything is compiled: its size, its dialect, and that it is
 * complete in itself.
 */
final class SchemaRules {
    static final int MAX_DEPTH = 64;
    static final int MAX_OBJECTS = 10_000;
    static final int MAX_PATTERN = 1_024;
    static final String DIALECT_2020_12 = "https://json-schema.org/draft/2020-12/schema";

    private static final Set<String> DIALECTS =
            Set.of(
                    DIALECT_2020_12,
                    "https://json-schema.org/draft/2019-09/schema",
                    "http://json-schema.org/draft-07/schema",
                    "http://json-schema.org/draft-06/schema",
                    "http://json-schema.org/draft-04/schema");
    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "number", "integer", "boolean", "null");

    /** Keywords whose value is data, not schemas. */
    private static final Set<String> DATA =
            Set.of("const", "enum", "default", "examples", "example");

    /** Keywords whose value maps names that are not keywords to schemas. */
    private static final Set<String> NAMED =
            Set.of(
                    "properties",
                    "patternProperties",
                    "$defs",
                    "definitions",
                    "dependentSchemas",
                    "dependencies");

    private final JsonObject root;
    private final Set<String> documents = new HashSet<>();
    private final Set<String> anchors = new HashSet<>();
    private int objects;

    private SchemaRules(JsonObject root) {
        this.root = root;
    }

    /**
     * @throws JsonException that names the place and the limit
     */
    static void check(JsonObject schema) {
        SchemaRules rules = new SchemaRules(schema);
        rules.collect(schema, "", 1);
        rules.references(schema, "", "");
    }

    /**
     * The dialect without the empty fragment that older ones end with; null where none is named.
     */
    static @Nullable String dialect(JsonObject schema) {
        return schema.string("$schema")
                .map(name -> name.endsWith("#") ? name.substring(0, name.length() - 1) : name)
                .orElse(null);
    }

    private void collect(JsonObject schema, String base, int depth) {
        if (depth > MAX_DEPTH || ++objects > MAX_OBJECTS) {
            throw new JsonException(
                    "schema: at most "
                            + MAX_DEPTH
                            + " levels and "
                            + MAX_OBJECTS
                            + " objects are allowed");
        }
        String dialect = dialect(schema);
        if (dialect != null && !DIALECTS.contains(dialect)) {
            throw new JsonException(
                    "schema: unknown dialect '" + JsonException.quote(dialect) + "'");
        }
        keywords(schema);
        String inner = base(schema, base);
        documents.add(inner);
        anchor(schema, "$anchor", inner);
        anchor(schema, "$dynamicAnchor", inner);
        schema.members()
                .forEach(
                        (keyword, value) -> {
                            if (!DATA.contains(keyword)) {
                                collectMember(keyword, value, inner, depth);
                            }
                        });
    }

    private void collectMember(String keyword, JsonValue value, String base, int depth) {
        switch (value) {
            case JsonObject named when NAMED.contains(keyword) ->
                    named.members()
                            .values()
                            .forEach(schema -> collectItem(schema, base, depth + 1));
            case JsonObject schema -> collect(schema, base, depth + 1);
            case JsonArray schemas ->
                    schemas.forEach(schema -> collectItem(schema, base, depth + 1));
            case JsonString s -> {}
            case JsonNumber n -> {}
            case JsonBoolean b -> {}
            case JsonNull n -> {}
        }
    }

    private void collectItem(JsonValue value, String base, int depth) {
        if (value instanceof JsonObject schema) {
            collect(schema, base, depth);
        }
    }

    private static void keywords(JsonObject schema) {
        JsonValue type = schema.get("type");
        if (type != null) {
            Iterable<JsonValue> types =
                    type instanceof JsonArray several ? several : JsonArray.of(type);
            for (JsonValue one : types) {
                if (!(one instanceof JsonString name) || !TYPES.contains(name.value())) {
                    throw new JsonException(
                            "schema: unknown type " + JsonException.quote(one.toJson()));
                }
            }
        }
        if (schema.get("pattern") instanceof JsonString pattern) {
            checkPattern(pattern.value());
        }
        if (schema.get("patternProperties") instanceof JsonObject patterns) {
            patterns.keys().forEach(SchemaRules::checkPattern);
        }
    }

    private static void checkPattern(String pattern) {
        if (pattern.length() > MAX_PATTERN) {
            throw new JsonException("schema: a pattern is longer than the limit of " + MAX_PATTERN);
        }
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new JsonException(
                    "schema: malformed pattern '" + JsonException.quote(pattern) + "'");
        }
    }

    private void anchor(JsonObject schema, String keyword, String base) {
        if (schema.get(keyword) instanceof JsonString name) {
            anchors.add(base + "#" + name.value());
        }
    }

    private void references(JsonValue value, String keyword, String base) {
        if (value instanceof JsonArray schemas) {
            schemas.forEach(schema -> references(schema, "", base));
        }
        if (!(value instanceof JsonObject schema)) {
            return;
        }
        boolean named = NAMED.contains(keyword);
        String inner = named ? base : base(schema, base);
        for (Map.Entry<String, JsonValue> member : schema.members().entrySet()) {
            if (named || !DATA.contains(member.getKey())) {
                references(member.getValue(), named ? "" : member.getKey(), inner);
            }
            boolean isReference =
                    member.getKey().equals("$ref") || member.getKey().equals("$dynamicRef");
            if (!named && isReference && member.getValue() instanceof JsonString target) {
                reference(target.value(), inner);
            }
        }
    }

    private void reference(String target, String base) {
        String absolute = resolve(target, base);
        int hash = absolute.indexOf('#');
        String document = hash < 0 ? absolute : absolute.substring(0, hash);
        String fragment = hash < 0 ? "" : absolute.substring(hash + 1);
        if (!documents.contains(document)) {
            if (DIALECTS.contains(document)) {
                return;
            }
            throw new JsonException(
                    "schema: the reference '"
                            + JsonException.quote(target)
                            + "' leads to another document; nothing is fetched");
        }
        boolean isPointer = fragment.isEmpty() || fragment.startsWith("/");
        boolean found =
                isPointer
                        ? !document.equals(base(root, "")) || at(fragment) != null
                        : anchors.contains(document + "#" + fragment)
                                || anchors.contains("#" + fragment);
        if (!found) {
            throw new JsonException(
                    "schema: the reference '" + JsonException.quote(target) + "' leads nowhere");
        }
    }

    private @Nullable JsonValue at(String pointer) {
        JsonValue value = root;
        String decoded =
                java.net.URLDecoder.decode(
                        pointer.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
        for (String step :
                decoded.isEmpty() ? new String[0] : decoded.substring(1).split("/", -1)) {
            String name = step.replace("~1", "/").replace("~0", "~");
            value =
                    switch (value) {
                        case JsonObject object -> object.get(name);
                        case JsonArray array -> element(array, name);
                        case null, default -> null;
                    };
        }
        return value;
    }

    private static @Nullable JsonValue element(JsonArray array, String name) {
        boolean isIndex =
                !name.isEmpty()
                        && name.length() < 6
                        && name.chars().allMatch(c -> c >= '0' && c <= '9');
        return isIndex && Integer.parseInt(name) < array.size()
                ? array.get(Integer.parseInt(name))
                : null;
    }

    private static String base(JsonObject schema, String outer) {
        if (!(schema.get("$id") instanceof JsonString id)) {
            return outer;
        }
        String absolute = resolve(id.value(), outer);
        return absolute.endsWith("#") ? absolute.substring(0, absolute.length() - 1) : absolute;
    }

    private static String resolve(String target, String base) {
        if (target.startsWith("#")) {
            return base + target;
        }
        try {
            return base.isEmpty() ? target : URI.create(base).resolve(target).toString();
        } catch (IllegalArgumentException e) {
            throw new JsonException(
                    "schema: malformed reference '" + JsonException.quote(target) + "'");
        }
    }
}
