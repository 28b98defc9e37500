package io.erlmcp.json;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Maps JSON to Java records and back. The only way from arguments to user types, so that the
 * library can be replaced.
 */
public interface JsonBinder {

    /**
     * Reads a value of {@code type}.
     *
     * @throws JsonException if the JSON does not fit; the message names the path
     */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    <T> T read(JsonSlice json, Type type);

    /**
     * @throws JsonException if the value has no JSON form
     */
    void write(@Nullable Object value, JsonWriter out);

    /**
     * @throws JsonException if the value has no JSON form
     */
    JsonValue toJson(@Nullable Object value);
}
