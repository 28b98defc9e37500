package io.erlmcp.chaos;

import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who has nothing to do with the fault and must not notice it: calls a tool all the time.
 *
 * <p>Process model: a virtual thread, joined by {@link #end}.
 */
final class Beside {
    private static final long PAUSE_NANOS = 10_000_000;
    private static final int LEAST = 3;

    private final ChaosNode node;
    private final String tool;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong slowest = new AtomicLong();
    private final AtomicReference<@Nullable Answer> wrong = new AtomicReference<>();
    private final Thread thread;

    Beside(ChaosNode node, String tool) {
        this.node = node;
        this.tool = tool;
        this.thread = Threads.startVirtual("beside " + tool, this::run);
    }

    private void run() {
        while (!over.get() || (answers.get() < LEAST && wrong.get() == null)) {
            Answer answer = node.call(tool, JsonObject.EMPTY);
            if (answer.isRight()) {
                answers.incrementAndGet();
                slowest.accumulateAndGet(answer.millis(), Math::max);
            } else {
                wrong.compareAndSet(null, answer);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Ends it, and notes whether all calls were answered. */
    void end(Observations seen, Duration patience) throws InterruptedException {
        over.set(true);
        seen.check(thread.join(patience), "a call of " + tool + " has no answer");
        Answer not = wrong.get();
        seen.fact("others_answered", answers.get());
        seen.check(not == null, "others were disturbed: " + tool + " was answered " + not);
    }

    long slowestMillis() {
        return slowest.get();
    }
}
