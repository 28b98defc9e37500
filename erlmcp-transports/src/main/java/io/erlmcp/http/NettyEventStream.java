package io.erlmcp.http;

import io.erlmcp.network.Waiting;
import io.erlmcp.transport.EventStream;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A server-sent event stream on one connection.
 *
 * <p>Process model: any thread encodes its event and puts it into the queue; the connection's loop
 * empties the queue in that order. What the peer does not read stays bounded: producers wait in
 * {@link #awaitWritable}, which cuts the peer when it takes too long, and those that do not wait
 * lose the stream at the configured number of bytes, or above the high mark once the node has spent
 * its budget of unsent bytes.
 */
final class NettyEventStream implements EventStream {
    private static final int GATHER_BYTES = 64 * 1024;

    private final HttpConnection connection;
    private final NettyExchange exchange;
    private final SseEncoder encoder;
    private final boolean closeAfter;
    private final HttpServerConfig.Outbound limits;
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();

    /** Whether the loop will look into the queue by itself; true until the head is written. */
    private final AtomicBoolean drainDue = new AtomicBoolean(true);

    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean gone;

    /** Guards nothing but the wait for {@link #changed}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();

    NettyEventStream(
            HttpConnection connection,
            NettyExchange exchange,
            boolean chunked,
            boolean closeAfter) {
        this.connection = connection;
        this.exchange = exchange;
        this.encoder = new SseEncoder(chunked);
        this.closeAfter = closeAfter;
        this.limits = connection.scope().config().limits().outbound();
    }

    @Override
    public void send(@Nullable String id, byte[] data, int offset, int length) {
        byte[] event = encoder.event(id, data, offset, length);
        if (isOpen()) {
            enqueue(Waiting.own(event));
        }
    }

    @Override
    public void share(@Nullable String id, byte[] begin, byte[] end) {
        Waiting event = encoder.shared(id, begin, end);
        if (isOpen()) {
            enqueue(event);
        }
    }

    @Override
    public void send(String type, byte[] data) {
        byte[] event = encoder.event(type, data);
        if (isOpen()) {
            enqueue(Waiting.own(event));
        }
    }

    @Override
    public void retry(Duration delay) {
        byte[] field = encoder.retry(delay);
        if (isOpen()) {
            enqueue(Waiting.own(field));
        }
    }

    private void enqueue(Waiting bytes) {
        long backlog = backlogBytes();
        if (backlog > limits.maxBytes()) {
            cut("more than " + limits.maxBytes() + " bytes wait for it");
            return;
        }
        if (backlog > limits.highWaterBytes() && connection.scope().isUnsentBudgetSpent()) {
            cut("the server holds too many unsent bytes, and it does not read its own");
            return;
        }
        queuedBytes.addAndGet(bytes.length());
        queue.add(bytes);
        scheduleDrain();
    }

    private long backlogBytes() {
        return queuedBytes.get() + connection.unsentBytes();
    }

    /** Nothing more is sent from here on, and the loop ends the connection. */
    private void cut(String why) {
        gone = true;
        connection.onLoop(() -> connection.cutSlowReader(this, why), queue::clear);
    }

    private void scheduleDrain() {
        if (drainDue.compareAndSet(false, true)) {
            connection.onLoop(this::drain, queue::clear);
        }
    }

    /** Writes what is queued; on the loop. */
    void drain() {
        drainDue.set(false);
        if (gone) {
            queue.clear();
            return;
        }
        Waiting first = queue.poll();
        while (first != null) {
            if (first.length() == 0) {
                end();
                return;
            }
            first = write(first);
        }
        writabilityChanged();
    }

    /**
     * Writes {@code first} and as many small ones after it as fit into one buffer; returns the
     * next, or null.
     */
    private @Nullable Waiting write(Waiting first) {
        int capacity = queue.isEmpty() ? first.length() : Math.max(first.length(), GATHER_BYTES);
        ByteBuf out = connection.allocator().directBuffer(capacity);
        Waiting next = first;
        do {
            next.writeTo(out);
            next = queue.poll();
        } while (next != null && next.length() > 0 && next.length() <= out.writableBytes());
        int written = out.readableBytes();
        connection.writeStream(out);
        // only now, so that what moves from the queue to the channel is never counted nowhere
        queuedBytes.addAndGet(-written);
        return next;
    }

    private void end() {
        gone = true;
        queue.clear();
        byte[] last = encoder.end();
        if (last.length > 0) {
            connection.writeStream(
                    connection.allocator().directBuffer(last.length).writeBytes(last));
        }
        connection.complete(closeAfter);
        wake();
    }

    @Override
    public boolean awaitWritable(Duration limit) throws InterruptedException {
        if (isWritable()) {
            return isOpen();
        }
        if (connection.isOnLoop()) {
            throw new IllegalStateException("awaitWritable on the event loop of its own stream");
        }
        if (!becomesWritable(limit.toNanos())) {
            cut("more than " + limits.highWaterBytes() + " bytes waited for it for " + limit);
        }
        return isOpen();
    }

    private boolean becomesWritable(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            waiting.incrementAndGet();
            while (!isWritable() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return isWritable();
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
    }

    /** Closed counts as writable: nobody should wait for it. */
    private boolean isWritable() {
        return !isOpen() || (connection.isWritable() && backlogBytes() <= limits.highWaterBytes());
    }

    void writabilityChanged() {
        if (waiting.get() > 0 && isWritable()) {
            wake();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isOpen() {
        return !gone && !ended.get() && connection.isOpen();
    }

    @Override
    public void close() {
        if (ended.compareAndSet(false, true)) {
            exchange.finished();
            queue.add(Waiting.own(SseEncoder.END));
            scheduleDrain();
        }
    }

    /** A comment, unless the peer has yet to read what was sent before; on the loop. */
    void keepAlive() {
        if (connection.unsentBytes() == 0) {
            byte[] comment = encoder.comment();
            connection.writeStream(
                    connection.allocator().directBuffer(comment.length).writeBytes(comment));
        }
    }

    /** The peer left; on the loop. */
    void disconnected() {
        gone = true;
        queue.clear();
        wake();
    }
}
