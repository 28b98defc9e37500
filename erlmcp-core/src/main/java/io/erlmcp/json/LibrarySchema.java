package io.erlmcp.json;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.DefaultDialectRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.DialectRegistry;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.resource.SchemaLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A schema checked by the schema library, compiled by it when the first value is checked. It has a
 * registry of its own, so that equal {@code $id}s of different tools do not meet, and can load
 * nothing but the bundled meta-schemas.
 */
final class LibrarySchema implements JsonSchema.SchemaCheck {
    private static final JsonNodeFactory NODES = new JsonNodeFactory();
    private static final Pattern META_SCHEMAS = Pattern.compile("^https?://json-schema\\.org/");

    private static final Set<String> LIMITS =
            Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");

    /**
     * The library's own way with keywords that it does not know logs each one and remembers it for
     * ever; peers choose their number. They say nothing about a value, so they are passed over.
     */
    private static final DialectRegistry DIALECTS =
            new DefaultDialectRegistry(
                    Stream.of(
                                    Dialects.getDraft202012(),
                                    Dialects.getDraft201909(),
                                    Dialects.getDraft7(),
                                    Dialects.getDraft6(),
                                    Dialects.getDraft4())
                            .map(LibrarySchema::quiet)
                            .toList());

    private final JsonObject source;
    private volatile @Nullable Schema compiled;

    private LibrarySchema(JsonObject source) {
        this.source = source;
    }

    static LibrarySchema compile(JsonObject schema) {
        return new LibrarySchema(schema);
    }

    @Override
    public List<String> validate(JsonValue value) {
        try {
            List<Error> errors = schema().validate(node(value));
            List<String> messages = new ArrayList<>();
            for (Error error :
                    errors.subList(0, Math.min(errors.size(), JsonSchema.MAX_MESSAGES))) {
                messages.add(message(error));
            }
            return messages;
        } catch (SchemaException | JacksonException | BoundedPattern.TooCostly e) {
            throw new JsonException(
                    "schema: " + JsonException.quote(String.valueOf(e.getMessage())));
        } catch (StackOverflowError e) {
            throw new JsonException(
                    "schema: it refers to itself without end, or the value is too deep for it");
        }
    }

    private static String message(Error error) {
        String path = error.getInstanceLocation().toString();
        String text = (path.isEmpty() ? "/" : path) + ": " + error.getMessage();
        return text.length() <= JsonSchema.MAX_MESSAGE_LENGTH
                ? text
                : text.substring(0, JsonSchema.MAX_MESSAGE_LENGTH);
    }

    private Schema schema() {
        Schema known = compiled;
        if (known == null) {
            boolean isNamed = source.toJson().contains("\"$id\"");
            SchemaRegistry registry = isNamed ? registry() : Shared.REGISTRY;
            known = registry.getSchema(node(source));
            compiled = known;
        }
        return known;
    }

    private static Dialect quiet(Dialect dialect) {
        return Dialect.builder(dialect)
                .unknownKeywordFactory((name, context) -> new NonValidationKeyword(name))
                .build();
    }

    private static SchemaRegistry registry() {
        SchemaRegistryConfig config =
                SchemaRegistryConfig.builder()
                        .locale(Locale.ROOT)
                        .preloadSchema(false)
                        .regularExpressionFactory(BoundedPattern::compile)
                        .build();
        return SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                registry ->
                        registry.dialectRegistry(DIALECTS)
                                .schemaRegistryConfig(config)
                                .schemaLoader(LibrarySchema::bundledOnly));
    }

    private static void bundledOnly(SchemaLoader.Builder loader) {
        loader.fetchRemoteResources(false);
        loader.block(iri -> !META_SCHEMAS.matcher(iri.toString()).find());
    }

    private static JsonNode node(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                var node = NODES.objectNode();
                object.members().forEach((name, member) -> node.set(name, member(name, member)));
                yield node;
            }
            case JsonArray array -> {
                var node = NODES.arrayNode();
                array.forEach(element -> node.add(node(element)));
                yield node;
            }
            case JsonString string -> NODES.stringNode(string.value());
            case JsonNumber number -> number(number);
            case JsonBoolean bool -> NODES.booleanNode(bool.value());
            case JsonNull none -> NODES.nullNode();
        };
    }

    /**
     * The library compares a limit that it holds as an integer in 64 bits and fails on a value
     * beyond them; one that it holds as a decimal it compares exactly.
     */
    private static JsonNode member(String name, JsonValue value) {
        return value instanceof JsonNumber number && LIMITS.contains(name)
                ? NODES.numberNode(number.bigDecimal())
                : node(value);
    }

    /**
     * Whole numbers become integers however they are spelled, so that 1.0 equals 1 for the library
     * too.
     */
    private static JsonNode number(JsonNumber number) {
        if (!number.isInteger()) {
            return NODES.numberNode(number.bigDecimal());
        }
        try {
            return NODES.numberNode(number.longValue());
        } catch (JsonException e) {
            return NODES.numberNode(number.bigDecimal().toBigIntegerExact());
        }
    }

    private static final class Shared {
        static final SchemaRegistry REGISTRY = registry();
    }
}
