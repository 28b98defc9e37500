package io.erlmcp.feature;

import io.erlmcp.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Small values by key, for tools. Bounded: keys up to 256 characters, values up to 64 KB, entries
 * as configured.
 */
public interface KeyValueStore {
    Optional<JsonValue> get(String key);

    /**
     * Keys in their order.
     *
     * @param after begins behind this one, or at the first when null
     */
    List<String> keys(@Nullable String after, int limit);

    /**
     * @throws IllegalArgumentException naming the limit that is exceeded
     */
    void put(String key, JsonValue value);

    void remove(String key);

    /**
     * Replaces the value atomically.
     *
     * @param change gets the present value or null, returns the new one
     * @return the new value
     */
    JsonValue update(String key, UnaryOperator<@Nullable JsonValue> change);
}
