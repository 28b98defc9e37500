package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random flat schemas and values: our check and the schema library must agree on every one. */
@Requirement("proto.json-fast")
class FlatSchemaAgreementTest {
    private static final int SCHEMAS = 1_500;
    private static final int VALUES_PER_SCHEMA = 20;
    private static final List<String> TYPES =
            List.of("object", "array", "string", "number", "integer", "boolean", "null");
    private static final List<String> NAMES =
            List.of("a", "b", "c", "", "a/b", "\u00e9", "type", "$ref ");
    private static final List<String> TEXTS =
            List.of(
                    "",
                    "a",
                    "ab",
                    "abc",
                    "1",
                    "true",
                    "\u00e9\u00e9",
                    "\ud834\udd1e",
                    "\ud834\udd1ex\ud834\udd1e");
    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-0",
                    "-0.0",
                    "1",
                    "1.0",
                    "1.5",
                    "-1",
                    "2",
                    "3",
                    "3.0",
                    "10",
                    "1e1",
                    "1e-1",
                    "0.1",
                    "0.10",
                    "9007199254740993",
                    "9007199254740992",
                    "18446744073709551616",
                    "1.8446744073709551616e19",
                    "1e400",
                    "-1e400",
                    "1e-400",
                    "123456789012345678901234567890.5");

    private final Random random = new Random(31001);

    @Test
    void theFlatCheckAgreesWithTheLibrary() {
        int valid = 0;
        int flatSchemas = 0;
        for (int i = 0; i < SCHEMAS; i++) {
            JsonObject schema = schema(2);
            FlatSchema flat = FlatSchema.compile(schema);
            if (flat == null) {
                continue;
            }
            flatSchemas++;
            LibrarySchema library = LibrarySchema.compile(schema);
            for (int v = 0; v < VALUES_PER_SCHEMA; v++) {
                JsonValue value = v < 3 ? value(2) : near(schema, 3);
                boolean isValid = library.validate(value).isEmpty();
                assertThat(flat.validate(value).isEmpty())
                        .as("%s against %s", value, schema)
                        .isEqualTo(isValid);
                valid += isValid ? 1 : 0;
            }
        }
        int cases = flatSchemas * VALUES_PER_SCHEMA;
        assertThat(cases).isGreaterThanOrEqualTo(20_000);
        assertThat(valid).isBetween(cases / 10, cases - cases / 10);
    }

    private JsonObject schema(int depth) {
        JsonObject.Builder schema = JsonObject.builder();
        String type = depth == 2 ? "object" : any(TYPES);
        if (random.nextInt(10) > 0) {
            schema.put("type", random.nextInt(8) == 0 ? List.of(type, any(TYPES)) : type);
        }
        if (random.nextInt(6) == 0) {
            schema.put("description", "d")
                    .put("format", "date")
                    .put("x-mcp-header", "H")
                    .put("default", 1);
        }
        if (random.nextInt(12) == 0) {
            schema.put("$comment", "c")
                    .put("title", "t")
                    .put("$schema", SchemaRules.DIALECT_2020_12);
        }
        addConstants(schema);
        addBounds(schema, type);
        if (depth > 0 && (type.equals("object") || random.nextInt(10) == 0)) {
            addMembers(schema, depth);
        }
        if (depth > 0 && (type.equals("array") || random.nextInt(10) == 0)) {
            schema.put("items", schema(depth - 1));
        }
        return schema.build();
    }

    private void addConstants(JsonObject.Builder schema) {
        switch (random.nextInt(16)) {
            case 0 -> schema.put("const", value(1));
            case 1, 2 -> schema.put("enum", List.of(value(0), value(0), value(1), value(0)));
            default -> {}
        }
    }

    private void addBounds(JsonObject.Builder schema, String type) {
        boolean foreign = random.nextInt(15) == 0;
        if ((type.equals("integer") || type.equals("number") || foreign) && random.nextBoolean()) {
            schema.put(any(List.of("minimum", "exclusiveMinimum")), number());
            schema.put(any(List.of("maximum", "exclusiveMaximum")), number());
        }
        if ((type.equals("string") || foreign) && random.nextBoolean()) {
            schema.put(any(List.of("minLength", "maxLength")), random.nextInt(4));
        }
        if ((type.equals("array") || foreign) && random.nextBoolean()) {
            schema.put(any(List.of("minItems", "maxItems")), random.nextInt(4));
        }
    }

    private void addMembers(JsonObject.Builder schema, int depth) {
        JsonObject.Builder properties = JsonObject.builder();
        List<String> required = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String name = any(NAMES);
            properties.put(name, schema(depth - 1));
            if (random.nextInt(3) == 0 && !required.contains(name)) {
                required.add(name);
            }
        }
        schema.put("properties", properties.build());
        if (!required.isEmpty() || random.nextInt(8) == 0) {
            schema.put("required", required);
        }
        if (random.nextInt(3) == 0) {
            schema.put("additionalProperties", random.nextBoolean());
        }
    }

    /** A value that often fits the schema. */
    private JsonValue near(JsonObject schema, int depth) {
        if (random.nextInt(15) == 0) {
            return value(1);
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.get("enum") instanceof JsonArray constants && random.nextInt(10) > 0) {
            return constants.get(random.nextInt(constants.size()));
        }
        JsonValue declared = schema.get("type");
        JsonValue type =
                declared instanceof JsonArray several ? several.get(random.nextInt(2)) : declared;
        String name = type instanceof JsonString text ? text.value() : any(TYPES);
        return switch (name) {
            case "object" -> nearObject(schema, depth);
            case "array" -> nearArray(schema, depth);
            case "string" -> new JsonString(any(TEXTS));
            case "integer", "number" -> number();
            case "boolean" -> JsonBoolean.of(random.nextBoolean());
            default -> JsonNull.NULL;
        };
    }

    private JsonValue nearObject(JsonObject schema, int depth) {
        JsonObject.Builder object = JsonObject.builder();
        JsonObject properties = schema.object("properties").orElse(JsonObject.EMPTY);
        properties
                .members()
                .forEach(
                        (name, property) -> {
                            if (random.nextInt(8) > 0) {
                                object.put(name, near((JsonObject) property, depth - 1));
                            }
                        });
        if (random.nextInt(6) == 0) {
            object.put(any(NAMES), value(1));
        }
        return object.build();
    }

    private JsonValue nearArray(JsonObject schema, int depth) {
        JsonObject items = schema.object("items").orElse(JsonObject.EMPTY);
        List<JsonValue> values = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            values.add(near(items, depth - 1));
        }
        return JsonValue.of(values);
    }

    private JsonValue value(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> JsonNull.NULL;
            case 1 -> JsonBoolean.of(random.nextBoolean());
            case 2, 3 -> number();
            case 4 -> new JsonString(any(TEXTS));
            case 5 -> JsonArray.of(value(depth - 1), value(depth - 1));
            default -> JsonObject.of(any(NAMES), value(depth - 1), any(NAMES), value(depth - 1));
        };
    }

    private JsonNumber number() {
        return random.nextInt(3) == 0
                ? JsonNumber.of(random.nextInt(6))
                : new JsonNumber(any(NUMBERS));
    }

    private String any(List<String> items) {
        return items.get(random.nextInt(items.size()));
    }
}
