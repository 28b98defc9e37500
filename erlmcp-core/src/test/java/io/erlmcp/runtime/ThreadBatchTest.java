package io.erlmcp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Threads that are started together. */
class ThreadBatchTest {
    private final Queue<String> ran = new ConcurrentLinkedQueue<>();
    private final ThreadBatch batch = new ThreadBatch(3);

    private boolean add(String name) {
        return batch.add(name, () -> ran.add(Thread.currentThread().getName()));
    }

    @Test
    void onlyTheFirstAsksForAStartAndNothingRunsBeforeIt() {
        assertThat(add("one")).isTrue();
        assertThat(add("two")).isFalse();
        assertThat(ran).isEmpty();

        batch.start();

        await().until(() -> ran.size() == 2);
        assertThat(ran).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void asManyAsMayWaitAreStartedByTheLastOfThem() {
        add("one");
        add("two");
        assertThat(add("three")).isFalse();

        await().until(() -> ran.size() == 3);
        assertThat(add("four")).isTrue();
        batch.start();
        batch.start();
        await().until(() -> ran.size() == 4);
    }
}
