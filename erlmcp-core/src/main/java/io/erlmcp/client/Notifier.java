package io.erlmcp.client;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the user's listeners for what belongs to no call, one after the other.
 *
 * <p>Process model: one virtual thread, started and interrupted by the client. Readers never wait
 * for it: what does not fit the queue is dropped and reported.
 */
final class Notifier {
    private record Task(String what, Runnable work) {}

    private final BlockingQueue<Task> queue;
    private final Observer observer;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile @Nullable Thread worker;
    private volatile boolean closed;

    Notifier(int maxQueued, Observer observer) {
        this.queue = new ArrayBlockingQueue<>(maxQueued);
        this.observer = observer;
    }

    /** Does nothing when it was started already. */
    void start() {
        if (started.compareAndSet(false, true)) {
            worker = Threads.startVirtual("client-notifications", this::run);
        }
    }

    void tell(String what, Runnable work) {
        if (!queue.offer(new Task(what, work))) {
            observer.on(new ClientEvent.NotificationDropped(what));
        }
    }

    void close() {
        closed = true;
        Thread running = worker;
        if (running != null) {
            running.interrupt();
        }
    }

    private void run() {
        while (!closed) {
            Task task = next();
            if (task != null) {
                contained(observer, task.what(), task.work());
            }
        }
    }

    /** Null once it is closed, or where a listener left its thread interrupted. */
    private @Nullable Task next() {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            return null;
        }
    }

    /** Runs user code that must not harm the caller; its failure is an event. */
    static void guarded(Observer observer, String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            observer.on(new ClientEvent.ListenerFailed(what, String.valueOf(e)));
        }
    }

    /** Has one listener hear of several things, each whatever becomes of the others. */
    static <T> void each(Observer observer, List<T> all, Consumer<T> listener) {
        all.forEach(it -> contained(observer, "missed changes", () -> listener.accept(it)));
    }

    /** As {@link #guarded}, on a thread that others need too: it survives errors as well. */
    static void contained(Observer observer, String what, Runnable work) {
        try {
            guarded(observer, what, work);
        } catch (Error e) {
            observer.on(new ClientEvent.ListenerFailed(what, String.valueOf(e)));
        }
    }
}
