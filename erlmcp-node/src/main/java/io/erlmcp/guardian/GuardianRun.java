package io.erlmcp.guardian;

import io.erlmcp.runtime.Threads;
import io.erlmcp.supervision.ComponentFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * One run of watching.
 *
 * <p>Process model: its platform thread ends when it is stopped; where it ends otherwise, the
 * supervisor is told.
 */
record GuardianRun(CountDownLatch stopped, Thread thread) {
    private static final Duration STOP = Duration.ofSeconds(5);

    /**
     * @param watch goes on until the latch is open
     */
    static GuardianRun start(ComponentFactory.Life life, Consumer<CountDownLatch> watch) {
        CountDownLatch stopped = new CountDownLatch(1);
        Thread thread =
                Threads.startPlatform(
                        "guardian",
                        () -> {
                            watch.accept(stopped);
                            if (stopped.getCount() > 0) {
                                life.failed(new IllegalStateException("its thread has ended"));
                            }
                        });
        return new GuardianRun(stopped, thread);
    }

    void stop() throws InterruptedException {
        stopped.countDown();
        if (!thread.join(STOP)) {
            thread.interrupt();
        }
    }
}
