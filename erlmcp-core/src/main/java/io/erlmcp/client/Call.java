package io.erlmcp.client;

import io.erlmcp.runtime.Threads;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that runs while its caller does something else.
 *
 * <p>Process model: one virtual thread, started with the call; it ends with the answer, at the
 * call's deadline, or soon after {@link #cancel}.
 */
public final class Call<T> {
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread worker;
    private volatile @Nullable T result;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean cancelled;

    private Call(String name, Supplier<T> work) {
        worker = Threads.startVirtual(name, () -> run(work));
    }

    static <T> Call<T> start(String name, Supplier<T> work) {
        return new Call<>(name, work);
    }

    private void run(Supplier<T> work) {
        try {
            result = work.get();
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            failure = new IllegalStateException("the call failed", e);
        } finally {
            done.countDown();
        }
    }

    /**
     * Waits for the result and returns it, or throws what the call threw.
     *
     * @throws CancellationException when the call was cancelled, or the waiting thread is
     *     interrupted (the call is cancelled then)
     */
    public T await() {
        try {
            done.await();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            CancellationException stopped =
                    new CancellationException("interrupted while waiting for the call");
            stopped.initCause(e);
            throw stopped;
        }
        return settled();
    }

    /** Waits until the call is over or the time is up. */
    boolean awaitNanos(long nanos) throws InterruptedException {
        return done.await(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    private T settled() {
        RuntimeException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        T value = result;
        if (value == null) {
            throw new IllegalStateException("the call is not over");
        }
        return value;
    }

    /**
     * Gives the call up: the server is told, {@link #await} throws {@link CancellationException}.
     */
    public void cancel() {
        cancelled = true;
        worker.interrupt();
    }

    public boolean isDone() {
        return done.getCount() == 0;
    }

    public boolean isCancelled() {
        return cancelled;
    }
}
