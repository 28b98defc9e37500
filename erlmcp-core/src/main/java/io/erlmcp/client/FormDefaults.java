package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import java.util.Map;

/** Fills the fields that the user left out of an accepted form with the defaults of its schema. */
final class FormDefaults {
    private FormDefaults() {}

    static ElicitResult fill(ElicitForm form, ElicitResult result) {
        if (!result.isAccepted()) {
            return result;
        }
        JsonObject content = result.content();
        JsonObject properties =
                form.requestedSchema().object("properties").orElse(JsonObject.EMPTY);
        for (Map.Entry<String, JsonValue> property : properties.members().entrySet()) {
            JsonValue preset =
                    property.getValue() instanceof JsonObject schema ? schema.get("default") : null;
            if (preset != null && !content.has(property.getKey())) {
                content = content.with(property.getKey(), preset);
            }
        }
        return ElicitResult.accept(content);
    }
}
