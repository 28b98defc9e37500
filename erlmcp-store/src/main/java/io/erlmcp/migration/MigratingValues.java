package io.erlmcp.migration;

import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.json.JsonValue;
import io.erlmcp.migration.Pending.Kind;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Small values in two stores, by the rules of {@link MigratingSessions}. */
final class MigratingValues implements KeyValueStore {
    private static final Kind KIND = Kind.VALUE;

    private final Both both;

    MigratingValues(Both both) {
        this.both = both;
    }

    @Override
    public Optional<JsonValue> get(String key) {
        return both.read(KIND, key, side -> side.values().get(key));
    }

    @Override
    public void put(String key, JsonValue value) {
        both.alone(
                KIND,
                key,
                () -> {
                    // what is there need not be readable
                    both.first().values().put(key, value);
                    both.firstHas(KIND, key);
                    both.second(KIND, key, () -> both.second().values().put(key, value));
                    return true;
                });
    }

    @Override
    public void remove(String key) {
        both.alone(
                KIND,
                key,
                () -> {
                    both.second(KIND, key, () -> both.second().values().remove(key));
                    both.first().values().remove(key);
                    both.firstHas(KIND, key);
                    return true;
                });
    }

    @Override
    public JsonValue update(String key, UnaryOperator<@Nullable JsonValue> change) {
        return both.alone(
                KIND,
                key,
                () -> {
                    boolean isStale = both.lacks(both.inFirst(KIND, key));
                    JsonValue elsewhere = get(key).orElse(null);
                    JsonValue changed =
                            both.first()
                                    .values()
                                    .update(
                                            key,
                                            old ->
                                                    change.apply(
                                                            isStale || old == null
                                                                    ? elsewhere
                                                                    : old));
                    both.firstHas(KIND, key);
                    both.second(KIND, key, () -> both.second().values().put(key, changed));
                    return changed;
                });
    }

    @Override
    public List<String> keys(@Nullable String after, int limit) {
        return both.ask(side -> side.values().keys(after, limit));
    }
}
