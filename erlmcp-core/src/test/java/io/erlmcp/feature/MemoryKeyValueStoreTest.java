package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryKeyValueStoreTest {
    private static final JsonValue ONE = JsonNumber.of(1);

    private final MemoryKeyValueStore store = new MemoryKeyValueStore(3);

    @Test
    void whatWasPutIsThereUntilRemoved() {
        store.put("a", ONE);

        assertThat(store.get("a")).hasValue(ONE);
        store.remove("a");
        store.remove("a");
        assertThat(store.get("a")).isEmpty();
    }

    @Test
    void updatesFromManyThreadsAreAllCounted() throws Exception {
        Runnable counts = () -> IntStream.range(0, 500).forEach(i -> store.update("n", this::next));
        List<Thread> threads =
                IntStream.range(0, 8).mapToObj(t -> Thread.ofVirtual().start(counts)).toList();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(store.get("n")).hasValue(JsonNumber.of(4_000));
    }

    private JsonValue next(@Nullable JsonValue old) {
        return JsonNumber.of(old == null ? 1 : ((JsonNumber) old).longValue() + 1);
    }

    @Test
    void aKeyHas256CharactersAndNotOneMore() {
        store.put("k".repeat(256), ONE);

        assertThatThrownBy(() -> store.put("k".repeat(257), ONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("256")
                .hasMessageContaining("257");
    }

    @Test
    void aValueHas64KbAsJsonAndNotOneByteMore() {
        store.put("a", new JsonString("x".repeat(64 * 1024 - 2)));

        assertThatThrownBy(() -> store.put("a", new JsonString("x".repeat(64 * 1024 - 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536")
                .hasMessageContaining("65537");
        assertThatThrownBy(() -> store.put("a", new JsonString("\u00e9".repeat(32 * 1024))))
                .hasMessageContaining("65538");
    }

    @Test
    void theLimitOfEntriesIsReachedAndNotPassed() {
        store.put("a", ONE);
        store.put("b", ONE);
        store.put("c", ONE);

        assertThatThrownBy(() -> store.put("d", ONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 3");
        store.put("a", JsonNumber.of(2));
        store.remove("b");
        store.put("d", ONE);
        assertThat(store.get("d")).isPresent();
    }

    @Test
    void anUpdateToNothingIsRefused() {
        assertThatThrownBy(() -> store.update("a", old -> null)).hasMessageContaining("null");
        assertThat(store.get("a")).isEmpty();
    }
}
