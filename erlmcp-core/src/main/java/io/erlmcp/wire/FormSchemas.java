package io.erlmcp.wire;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The schemas of forms, as each revision writes them. */
final class FormSchemas {
    private FormSchemas() {}

    static JsonObject of(JsonObject schema, Dialect dialect) {
        JsonObject whole = schema;
        if (!whole.has("type")) {
            whole = whole.with("type", "object");
        }
        JsonObject properties =
                whole.get("properties") instanceof JsonObject it ? it : JsonObject.EMPTY;
        if (dialect.elicitationModes()) {
            return whole.has("properties") ? whole : whole.with("properties", properties);
        }
        JsonObject.Builder older = JsonObject.builder();
        for (Map.Entry<String, JsonValue> property : properties.members().entrySet()) {
            older.put(property.getKey(), older(property.getKey(), property.getValue(), dialect));
        }
        return whole.with("properties", older.build());
    }

    /**
     * The first revision with forms spells titled choices as two lists, and has no choice of
     * several values.
     */
    private static JsonValue older(String name, JsonValue property, Dialect dialect) {
        if (!(property instanceof JsonObject schema)) {
            return property;
        }
        if (new JsonString("array").equals(schema.get("type"))) {
            throw new McpException(
                    ErrorCode.MISSING_CLIENT_CAPABILITY,
                    "form field "
                            + name
                            + ": protocol "
                            + dialect.revision()
                            + " has no choice of several values");
        }
        if (!(schema.get("oneOf") instanceof JsonArray choices)) {
            return property;
        }
        List<JsonValue> values = new ArrayList<>();
        List<JsonValue> titles = new ArrayList<>();
        for (JsonValue choice : choices) {
            if (choice instanceof JsonObject titled
                    && titled.get("const") instanceof JsonString value) {
                values.add(value);
                titles.add(titled.get("title") instanceof JsonString title ? title : value);
            }
        }
        return schema.without("oneOf").with("enum", values).with("enumNames", titles);
    }
}
