package io.erlmcp.client;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs the user's listeners for what belongs to no call, one after the other.
 *
 * <p>Process model: one virtual thread, started and interrupted by the client. Readers never wait for it: what does not
 * fit the queue is dropped and reported.
 */
final class Notifier {
    private record Task(String what, Runnable work) {}

    private final BlockingQueue<Task> queue;
    private final Observer observer;
    private @Nullable Thread worker;

    Notifier(int maxQueued, Observer observer) {
        this.queue = new ArrayBlockingQueue<>(maxQueued);
        this.observer = observer;
    }

    void start() {
        worker = Threads.startVirtual("client-notifications", this::run);
    }

    void tell(String what, Runnable work) {
        if (!queue.offer(new Task(what, work))) {
            observer.on(new ClientEvent.NotificationDropped(what));
        }
    }

    void close() {
        if (worker != null) {
            worker.interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                Task task = queue.take();
                guarded(observer, task.what(), task.work());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
}
