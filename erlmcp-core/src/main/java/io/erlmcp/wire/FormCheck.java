package io.erlmcp.wire;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSchema;
import java.util.List;

/** Whether a filled form conforms to the schema it was asked with. */
final class FormCheck {
    private FormCheck() {}

    static void check(JsonObject requestedSchema, JsonObject content) {
        List<String> faults = faults(requestedSchema, content);
        if (!faults.isEmpty()) {
            throw new JsonException("member 'content': " + faults.getFirst());
        }
    }

    /** A schema that does not compile is the asker's fault, not that of the user who answered. */
    private static List<String> faults(JsonObject requestedSchema, JsonObject content) {
        try {
            return JsonSchema.compile(requestedSchema).validate(content);
        } catch (JsonException e) {
            throw new IllegalStateException(
                    "the form's requestedSchema cannot be used: " + e.getMessage(), e);
        }
    }
}
