package io.erlmcp.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Builds values from bytes that {@link JsonText} has proven well formed and within the limits. The
 * library checks the grammar a second time; its own limits stand at the most that {@link
 * JsonLimits} allows.
 */
final class TreeReader {
    private static final StreamReadConstraints CEILINGS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(JsonLimits.DEPTH_CEILING)
                    .maxNumberLength(JsonLimits.NUMBER_CEILING)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build();
    private static final JsonFactory FACTORY =
            JsonFactory.builder().streamReadConstraints(CEILINGS).build();

    private final JsonParser parser;

    private TreeReader(JsonParser parser) {
        this.parser = parser;
    }

    static JsonValue read(byte[] buf, int off, int len) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), buf, off, len)) {
            parser.nextToken();
            return new TreeReader(parser).value();
        } catch (JacksonException e) {
            throw JsonException.at(JsonException.Reason.SYNTAX, position(e), "malformed");
        }
    }

    /** Reads the value whose first token the parser stands on, and leaves it on the last. */
    static JsonValue read(JsonParser parser) {
        return new TreeReader(parser).value();
    }

    static JsonFactory factory() {
        return FACTORY;
    }

    /** Counted from the start of the text, wherever that lies in the buffer. */
    private static long position(JacksonException e) {
        return e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
    }

    private JsonValue value() {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> new JsonString(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
            case VALUE_TRUE -> JsonBoolean.TRUE;
            case VALUE_FALSE -> JsonBoolean.FALSE;
            case VALUE_NULL -> JsonNull.NULL;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                    throw new IllegalStateException("a value cannot start with " + token);
        };
    }

    private JsonObject object() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            long at = parser.currentTokenLocation().getByteOffset();
            parser.nextToken();
            if (members.putIfAbsent(name, value()) != null) {
                throw JsonException.at(
                        JsonException.Reason.DUPLICATE_NAME,
                        at,
                        "member '" + JsonException.quote(name) + "' is there twice");
            }
        }
        return new JsonObject(members);
    }

    private JsonArray array() {
        List<JsonValue> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value());
        }
        return new JsonArray(values);
    }
}
