package io.erlmcp.store;

import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.feature.MemoryKeyValueStore;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonValue;
import io.erlmcp.session.UnreadableRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Small values on the disk; each change is synced before it is acknowledged. */
final class RocksValues implements KeyValueStore {
    static final int VERSION = 1;

    private static final byte[] NOTHING = {};

    private final Committer committer;
    private final Readers readers;
    private final int maxEntries;

    /** Changed by the committer alone, in step with what it writes. */
    private final AtomicInteger entries;

    RocksValues(Committer committer, Readers readers, int maxEntries, int entries) {
        this.committer = committer;
        this.readers = readers;
        this.maxEntries = maxEntries;
        this.entries = new AtomicInteger(entries);
        committer.countWith(engine -> this.entries.set(engine.count(Family.VALUES)));
    }

    @Override
    public Optional<JsonValue> get(String key) {
        return read(key).map(RocksValues::value);
    }

    @Override
    public List<String> keys(@Nullable String after, int limit) {
        byte[] from = after == null ? NOTHING : Keys.text(after);
        return readers.read(
                engine -> {
                    List<String> keys = new ArrayList<>();
                    engine.scan(
                            Family.VALUES,
                            NOTHING,
                            from,
                            (key, value) -> {
                                String text = Keys.afterPrefix(key, 0);
                                if (keys.size() < limit && !text.equals(after)) {
                                    keys.add(text);
                                }
                                return keys.size() < limit;
                            });
                    return keys;
                });
    }

    private Optional<byte[]> read(String key) {
        byte[] at = Keys.text(key);
        return readers.read(engine -> Optional.ofNullable(engine.get(Family.VALUES, at)));
    }

    private static JsonValue value(byte[] stored) {
        try {
            return Json.parse(new BinaryReader("a value", stored, VERSION).text());
        } catch (BinaryReader.Damaged damage) {
            throw new UnreadableRecord();
        }
    }

    @Override
    public void put(String key, JsonValue value) {
        checkKey(key);
        boolean isDone = false;
        while (!isDone) {
            // what is there need not be readable
            isDone = replace(key, read(key).orElse(null), value);
        }
    }

    @Override
    public void remove(String key) {
        byte[] at = Keys.text(key);
        committer.commit(
                batch -> {
                    boolean wasThere = batch.get(Family.VALUES, at) != null;
                    batch.delete(Family.VALUES, at);
                    entries.addAndGet(wasThere ? -1 : 0);
                    return wasThere;
                });
    }

    @Override
    public JsonValue update(String key, UnaryOperator<@Nullable JsonValue> change) {
        checkKey(key);
        while (true) {
            byte[] old = read(key).orElse(null);
            JsonValue changed = change.apply(old == null ? null : value(old));
            if (changed == null) {
                throw new IllegalArgumentException(
                        "key " + key + ": the new value must not be null");
            }
            if (replace(key, old, changed)) {
                return changed;
            }
        }
    }

    private static void checkKey(String key) {
        if (key.length() > MemoryKeyValueStore.MAX_KEY_CHARS) {
            throw new IllegalArgumentException(
                    "key must have at most "
                            + MemoryKeyValueStore.MAX_KEY_CHARS
                            + " characters, has "
                            + key.length());
        }
    }

    private boolean replace(String key, byte @Nullable [] old, JsonValue changed) {
        String text = changed.toJson();
        checkSize(key, text);
        byte[] at = Keys.text(key);
        byte[] record = new BinaryWriter(VERSION).text(text).finish();
        return committer.commit(
                batch -> {
                    byte[] stored = batch.get(Family.VALUES, at);
                    if (!Arrays.equals(stored, old)) {
                        return false;
                    }
                    if (stored == null && entries.get() >= maxEntries) {
                        throw new IllegalArgumentException(
                                "key "
                                        + key
                                        + ": the store holds at most "
                                        + maxEntries
                                        + " entries");
                    }
                    batch.put(Family.VALUES, at, record);
                    if (stored == null) {
                        entries.incrementAndGet();
                    }
                    return true;
                });
    }

    private static void checkSize(String key, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MemoryKeyValueStore.MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "key "
                            + key
                            + ": the value must have at most "
                            + MemoryKeyValueStore.MAX_VALUE_BYTES
                            + " bytes as JSON, has "
                            + bytes);
        }
    }
}
