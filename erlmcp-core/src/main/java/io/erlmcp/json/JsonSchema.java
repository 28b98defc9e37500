package io.erlmcp.json;

import java.math.BigDecimal;
import java.util.List;

/**
 * A compiled JSON Schema. Dialect 2020-12 unless {@code $schema} names another that is known (draft
 * 4, 6, 7, 2019-09). Nothing is ever fetched: a reference that the schema itself does not resolve
 * is refused. Formats are not asserted. Immutable; the schema library is loaded only for schemas
 * that {@link FlatSchema} cannot check.
 */
public final class JsonSchema {
    static final int MAX_MESSAGES = 20;
    static final int MAX_MESSAGE_LENGTH = 300;
    private static final int MAX_EXPONENT = 1_000;

    private final JsonObject source;
    private final SchemaCheck check;

    private JsonSchema(JsonObject source, SchemaCheck check) {
        this.source = source;
        this.check = check;
    }

    /**
     * @throws JsonException if it is no schema, of an unknown dialect, too large, or refers to
     *     another document
     */
    public static JsonSchema compile(JsonObject schema) {
        SchemaRules.check(schema);
        SchemaCheck flat = FlatSchema.compile(schema);
        return new JsonSchema(schema, flat == null ? LibrarySchema.compile(schema) : flat);
    }

    /** What is wrong with the value, each as path and limit; empty if it is valid. At most 20. */
    public List<String> validate(JsonValue value) {
        return isInRange(value)
                ? check.validate(value)
                : List.of("/: a number's exponent is over " + MAX_EXPONENT);
    }

    /** Exact arithmetic on a number such as 1e999999999 would take all memory. */
    private static boolean isInRange(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                for (JsonValue member : object.kept().values()) {
                    if (!isInRange(member)) {
                        yield false;
                    }
                }
                yield true;
            }
            case JsonArray array -> {
                for (JsonValue element : array) {
                    if (!isInRange(element)) {
                        yield false;
                    }
                }
                yield true;
            }
            case JsonNumber number -> isInRange(number);
            case JsonString string -> true;
            case JsonBoolean bool -> true;
            case JsonNull none -> true;
        };
    }

    private static boolean isInRange(JsonNumber number) {
        if (number.text().indexOf('e') < 0 && number.text().indexOf('E') < 0) {
            return true;
        }
        BigDecimal exact = number.exact();
        return exact != null
                && Math.abs((long) exact.precision() - exact.scale()) <= MAX_EXPONENT
                && Math.abs((long) exact.scale()) <= MAX_EXPONENT;
    }

    public JsonObject source() {
        return source;
    }

    /** One of the two ways to check a value. */
    sealed interface SchemaCheck permits FlatSchema, LibrarySchema {
        List<String> validate(JsonValue value);
    }
}
