package io.erlmcp.conformance;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;

/** The smallest contents of each kind, and schemas that several tools share. */
final class Samples {
    /** One red pixel. */
    static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

    /** One sample of silence. */
    static final String WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

    static final JsonObject NO_ARGUMENTS = Json.parseObject("{\"type\":\"object\"}");

    /** A form that takes whatever is filled in. */
    static final JsonObject ANYTHING = Json.parseObject("{\"type\":\"object\",\"properties\":{}}");

    private Samples() {}

    /** An object schema with one required text. */
    static JsonObject textField(String name, String description) {
        return JsonObject.of(
                "type",
                "object",
                "properties",
                JsonObject.of(name, JsonObject.of("type", "string", "description", description)),
                "required",
                new String[] {name});
    }
}
