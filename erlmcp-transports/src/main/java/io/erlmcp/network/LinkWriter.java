package io.erlmcp.network;

import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * What a client has to say, in order and within a bound.
 *
 * <p>Process model: one virtual thread, owned by the connection that made this; ends when told, or
 * when writing fails. Where it ends of what is no failure to write, which nobody else would hear
 * of, it tells the connection.
 *
 * @param <M> a message
 */
public final class LinkWriter<M> {
    /** Where messages go; may block. */
    public interface Sink<M> {
        void write(M message) throws IOException, InterruptedException;
    }

    private final String name;
    private final int maxBytes;
    private final ToIntFunction<M> size;
    private final Sink<M> sink;
    private final Consumer<String> broken;
    private final BlockingQueue<Optional<M>> queue = new LinkedBlockingQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Thread thread;
    private volatile boolean ended;

    /**
     * @param maxBytes what may wait; more is refused
     * @param size of a message, in bytes
     * @param broken ends the connection of which nothing is written any more, and says why; called
     *     by the thread that writes
     */
    public LinkWriter(
            String name,
            int maxBytes,
            ToIntFunction<M> size,
            Sink<M> sink,
            Consumer<String> broken) {
        this.name = name;
        this.maxBytes = maxBytes;
        this.size = size;
        this.sink = sink;
        this.broken = broken;
        this.thread = Threads.startVirtual(name + " writer", this::run);
    }

    /**
     * Queues a message.
     *
     * @throws TransportException when too much waits, or the connection is gone
     */
    public void send(M message) {
        int length = size.applyAsInt(message);
        if (ended) {
            throw new TransportException(
                    TransportException.Kind.UNREACHABLE, name + " is not connected");
        }
        if (queuedBytes.addAndGet(length) > maxBytes) {
            queuedBytes.addAndGet(-length);
            throw new TransportException(
                    TransportException.Kind.LIMIT,
                    name + " does not read: more than " + maxBytes + " bytes wait");
        }
        queue.add(Optional.of(message));
    }

    private void run() {
        try {
            for (Optional<M> next = queue.take(); next.isPresent(); next = queue.take()) {
                sink.write(next.get());
                queuedBytes.addAndGet(-size.applyAsInt(next.get()));
            }
        } catch (IOException lost) {
            // the reader hears of it too, and says so
            queue.clear();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error bug) {
            ended = true;
            queue.clear();
            try {
                broken.accept("nothing is written any more: " + bug);
            } finally { // the connection first: telling may need memory that is not there
                Threads.uncaught(bug);
            }
        } finally {
            ended = true;
        }
    }

    /** Writes what is queued, for so long at most, and ends. */
    public void finish(Duration limit) {
        queue.add(Optional.empty());
        try {
            if (!thread.join(limit)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        ended = true;
    }

    /** The connection is gone: nothing is written any more. */
    public void cut() {
        ended = true;
        if (!Thread.currentThread().equals(thread)) { // which has its end to tell of yet
            thread.interrupt();
        }
    }
}
