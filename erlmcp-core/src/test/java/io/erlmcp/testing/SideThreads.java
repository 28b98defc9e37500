package io.erlmcp.testing;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.ArrayList;
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
 * <p>Process model: a test starts them; after it, and after its {@code @AfterEach}, all are
 * interrupted if it failed, and joined, and the first failure is thrown.
 */
public final class SideThreads implements AfterEachCallback {
    private final Duration patience;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    public SideThreads() {
        this(Duration.ofSeconds(60));
    }

    /**
     * @param patience how long all together may take to end
     */
    SideThreads(Duration patience) {
        this.patience = patience;
    }

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

    /** Waits for the end of all, for a minute at most; what hangs then is interrupted. */
    public void join() throws Exception {
        List<Thread> hanging = endAll();
        threads.clear();
        Throwable thrown = failure.getAndSet(null);
        if (!hanging.isEmpty()) {
            Thread first = hanging.getFirst();
            AssertionError hangs =
                    new AssertionError(
                            hanging.stream().map(Thread::getName).collect(joining(", "))
                                    + " did not end within "
                                    + patience,
                            thrown);
            hangs.setStackTrace(first.getStackTrace());
            hanging.forEach(Thread::interrupt);
            throw hangs;
        }
        switch (thrown) {
            case null -> {}
            case Exception e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError(e);
        }
    }

    /** Returns those that do not end. */
    private List<Thread> endAll() throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<Thread> hanging = new ArrayList<>();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(end - System.nanoTime()))) {
                hanging.add(thread);
            }
        }
        return hanging;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        after(context.getExecutionException().isPresent());
    }

    /**
     * @param isFailed so that what the threads wait for may never come
     */
    void after(boolean isFailed) throws Exception {
        if (isFailed) {
            threads.forEach(Thread::interrupt);
        }
        join();
    }
}
