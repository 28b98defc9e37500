package io.erlmcp.feature;

import io.erlmcp.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link KeyValueStore} that is gone when the process is. Thread-safe, without locks: updates try
 * again.
 */
public final class MemoryKeyValueStore implements KeyValueStore {
    public static final int MAX_KEY_CHARS = 256;
    public static final int MAX_VALUE_BYTES = 64 * 1024;
    public static final int DEFAULT_MAX_ENTRIES = 10_000;

    private final int maxEntries;
    private final ConcurrentMap<String, JsonValue> values = new ConcurrentHashMap<>();

    /**
     * Counts entries and those about to be put, so that {@code values} never has more than {@code
     * maxEntries}.
     */
    private final AtomicInteger taken = new AtomicInteger();

    public MemoryKeyValueStore() {
        this(DEFAULT_MAX_ENTRIES);
    }

    public MemoryKeyValueStore(int maxEntries) {
        if (maxEntries < 1) {
            throw new IllegalArgumentException("maxEntries must be at least 1: " + maxEntries);
        }
        this.maxEntries = maxEntries;
    }

    @Override
    public Optional<JsonValue> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    @Override
    public List<String> keys(@Nullable String after, int limit) {
        return values.keySet().stream()
                .filter(key -> after == null || key.compareTo(after) > 0)
                .sorted()
                .limit(limit)
                .toList();
    }

    @Override
    public void put(String key, JsonValue value) {
        update(key, old -> value);
    }

    @Override
    public void remove(String key) {
        if (values.remove(key) != null) {
            taken.decrementAndGet();
        }
    }

    @Override
    public JsonValue update(String key, UnaryOperator<@Nullable JsonValue> change) {
        if (key.length() > MAX_KEY_CHARS) {
            throw new IllegalArgumentException(
                    "key must have at most " + MAX_KEY_CHARS + " characters, has " + key.length());
        }
        while (true) {
            JsonValue old = values.get(key);
            JsonValue changed = change.apply(old);
            if (changed == null) {
                throw new IllegalArgumentException(
                        "key " + key + ": the new value must not be null");
            }
            checkSize(key, changed);
            if (old == null ? putNew(key, changed) : values.replace(key, old, changed)) {
                return changed;
            }
        }
    }

    private boolean putNew(String key, JsonValue value) {
        if (taken.incrementAndGet() > maxEntries) {
            taken.decrementAndGet();
            throw new IllegalArgumentException(
                    "key " + key + ": the store holds at most " + maxEntries + " entries");
        }
        boolean isNew = values.putIfAbsent(key, value) == null;
        if (!isNew) {
            taken.decrementAndGet();
        }
        return isNew;
    }

    private static void checkSize(String key, JsonValue value) {
        int bytes = value.toJson().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "key "
                            + key
                            + ": the value must have at most "
                            + MAX_VALUE_BYTES
                            + " bytes as JSON, has "
                            + bytes);
        }
    }
}
