package io.erlmcp.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Builds values from what the JSON library reads, where that binds records. */
final class LibraryReader {
    private static final StreamReadConstraints CEILINGS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(JsonLimits.DEPTH_CEILING)
                    .maxNumberLength(JsonLimits.NUMBER_CEILING)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build();

    private final JsonParser parser;

    private LibraryReader(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads the value whose first token the parser stands on, and leaves it on the last. */
    static JsonValue read(JsonParser parser) {
        return new LibraryReader(parser).value();
    }

    /** Its limits stand at the most that {@link JsonLimits} allows. */
    static JsonFactory factory() {
        return JsonFactory.builder().streamReadConstraints(CEILINGS).build();
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
