package io.erlmcp.testing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Threads beside a test, registered with {@code @RegisterExtension}. What one of them throws fails
 * the test that started it, not the one that happens to wait for something at that moment.
 *
 * <p>Process model: a test starts them; after it, and after its {@code @AfterEach}, each is joined,
 * and the first failure thrown.
 */
public final class SideThreads implements AfterEachCallback {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Work that may throw anything. */
    public interface Work {
        void run() throws Exception;
    }

    /** Does {@code work} on a thread of its own. */
    public Thread run(String name, Work work) {
        Thread thread =
                Thread.ofVirtual()
                        .name(name)
                        .unstarted(
                                () -> {
                                    try {
                                        work.run();
                                    } catch (Throwable e) {
                                        failure.compareAndSet(null, e);
                                    }
                                });
        threads.add(thread);
        thread.start();
        return thread;
    }

    /** Likewise; who wants what it returns asks the task, which throws what the work threw. */
    public <T> FutureTask<T> call(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        run(
                name,
                () -> {
                    task.run();
                    task.get();
                });
        return task;
    }

    /** Waits for the end of all. */
    public void join() throws Exception {
        for (Thread thread : threads) {
            if (!thread.join(PATIENCE)) {
                AssertionError hangs = new AssertionError(thread.getName() + " does not end");
                hangs.setStackTrace(thread.getStackTrace());
                thread.interrupt();
                throw hangs;
            }
        }
        threads.clear();
        switch (failure.getAndSet(null)) {
            case null -> {}
            case Exception e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        join();
    }
}
