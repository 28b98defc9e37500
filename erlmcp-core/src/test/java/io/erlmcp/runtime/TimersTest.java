package io.erlmcp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimersTest {
    private static final Duration SOON = Duration.ofMillis(1);
    private static final int ENOUGH = 8;

    /** What the thread's handler of uncaught exceptions heard of. */
    private final BlockingQueue<Throwable> heard = new LinkedBlockingQueue<>();

    @Test
    @Requirement("R26")
    void twoTurnsWithoutMemoryAreLeftOutAndTheActionGoesOn() throws Exception {
        assertThat(heardOf(List.of(1, 2, 4, 5))).isEmpty();
    }

    @Test
    @Requirement("R26")
    void theThirdInARowIsToldAndTheActionGoesOn() throws Exception {
        assertThat(heardOf(List.of(2, 3, 4))).singleElement().isInstanceOf(OutOfMemoryError.class);
    }

    /** Runs an action until it had enough turns, in some of which there is no memory. */
    private List<Throwable> heardOf(List<Integer> withoutMemory) throws InterruptedException {
        AtomicInteger turns = new AtomicInteger();
        BlockingQueue<Integer> done = new LinkedBlockingQueue<>();
        try (Timers timers = new Timers("timers")) {
            timers.after(
                    SOON,
                    () ->
                            Thread.currentThread()
                                    .setUncaughtExceptionHandler((thread, e) -> heard.add(e)));
            timers.every(
                    SOON.multipliedBy(2),
                    () -> {
                        int turn = turns.incrementAndGet();
                        done.add(turn);
                        if (withoutMemory.contains(turn)) {
                            throw new OutOfMemoryError("planted");
                        }
                    });
            for (int i = 0; i < ENOUGH; i++) {
                assertThat(done.poll(30, TimeUnit.SECONDS)).isNotNull();
            }
        }
        return List.copyOf(heard);
    }
}
