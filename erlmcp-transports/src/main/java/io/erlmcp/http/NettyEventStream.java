package io.erlmcp.http;

import io.erlmcp.network.Waiting;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.transport.ByteBudget;
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
 * lose the stream at the configured number of bytes, or earlier when the node has spent most of its
 * budget of unsent bytes.
 */
final class NettyEventStream implements EventStream {
    /** So much of what is small leaves at once, and is copied for a peer that may not take it. */
    private static final int GATHER_BYTES = 32 * 1024;

    private final HttpConnection connection;
    private final NettyExchange exchange;
    private final SseEncoder encoder;
    private final boolean closeAfter;
    private final HttpServerConfig.Outbound limits;
    private final ByteBudget unsent;
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();

    /** Whether the loop will look into the queue by itself; true until the head is written. */
    private final AtomicBoolean drainDue = new AtomicBoolean(true);

    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean gone;

    /** Whether it is told what many are told, for which nobody waits. */
    private volatile boolean toldWithMany;

    /** Whether the loop is writing; a write may call for another. */
    private boolean draining;

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
        this.unsent = connection.scope().budgets().unsent();
    }

    @Override
    public void send(@Nullable String id, byte[] data, int offset, int length) {
        byte[] event = encoder.event(id, data, offset, length);
        if (isOpen()) {
            enqueue(Waiting.own(event));
        }
    }

    @Override
    public void share(@Nullable String id, SharedBytes begin, byte[] end) {
        Waiting event = encoder.shared(id, begin, end);
        toldWithMany = true;
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
        if (backlog > limits.highWaterBytes() && connection.scope().isUnsentBudgetTight()) {
            cut("the server holds too many unsent bytes, and it does not read its own");
            return;
        }
        put(bytes);
    }

    private void put(Waiting bytes) {
        queuedBytes.addAndGet(bytes.length());
        bytes.hold(unsent);
        queue.add(bytes);
        if (gone) {
            clear();
        }
        scheduleDrain();
    }

    private @Nullable Waiting poll() {
        Waiting next = queue.poll();
        if (next != null) {
            next.letGo(unsent);
        }
        return next;
    }

    private void clear() {
        for (Waiting next = poll(); next != null; next = poll()) {
            queuedBytes.addAndGet(-next.length());
        }
    }

    private long backlogBytes() {
        return queuedBytes.get() + connection.unsentBytes();
    }

    /** Nothing more is sent from here on, and the loop ends the connection. */
    private void cut(String why) {
        gone = true;
        connection.onLoop(() -> connection.cutSlowReader(this, why), this::clear);
    }

    private void scheduleDrain() {
        if (drainDue.compareAndSet(false, true)) {
            connection.onLoop(this::drain, this::clear);
        }
    }

    /**
     * Writes what is queued, as long as the peer takes it; on the loop. The rest stays here, where
     * what is shared with other streams is not copied.
     */
    void drain() {
        drainDue.set(false);
        if (gone) {
            clear();
            return;
        }
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (!gone && connection.isWritable() && !queue.isEmpty()) {
                writeSome();
            }
        } finally {
            draining = false;
        }
        if (toldWithMany && !gone && holdsTooMuch()) {
            cut("the server holds too many unsent bytes, and it does not read its own");
        }
        wakeIfWritable();
    }

    /**
     * Asked after all was written that the peer takes, so that only what it does not take counts.
     */
    private boolean holdsTooMuch() {
        return unsent.isTight() && backlogBytes() > unsent.allowance(limits.highWaterBytes());
    }

    private void writeSome() {
        Waiting first = poll();
        if (first != null && first.length() == 0) {
            end();
        } else if (first != null) {
            write(first);
        }
    }

    /** Writes {@code first} and as many small ones after it as fit into one buffer. */
    private void write(Waiting first) {
        int capacity = queue.isEmpty() ? first.length() : Math.max(first.length(), GATHER_BYTES);
        ByteBuf out = connection.allocator().directBuffer(capacity);
        first.writeTo(out);
        Waiting next = queue.peek();
        while (next != null && next.length() > 0 && next.length() <= out.writableBytes()) {
            // only the loop takes from the queue, so it is the one that was looked at
            next.writeTo(out);
            var _ = poll();
            next = queue.peek();
        }
        int written = out.readableBytes();
        connection.writeStream(out);
        // only now, so that what moves from the queue to the channel is never counted nowhere
        queuedBytes.addAndGet(-written);
    }

    private void end() {
        gone = true;
        clear();
        byte[] last = encoder.end();
        if (last.length > 0) {
            connection.writeStream(
                    connection.allocator().directBuffer(last.length).writeBytes(last));
        }
        if (ended.get()) {
            connection.complete(closeAfter);
        } else {
            connection.closeAfterFlush(HttpEvent.CloseReason.SHUTDOWN, false);
        }
        wake();
    }

    /**
     * That of a GET, which never ends by itself, ends as when the peer leaves, but for what waits
     * for the peer; on the loop.
     */
    void serverStops() {
        if (exchange.method().equals("GET")) {
            put(Waiting.own(SseEncoder.END));
        }
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
        return !isOpen() || backlogBytes() <= unsent.allowance(limits.highWaterBytes());
    }

    /** The peer took something, or does not; on the loop. */
    void writabilityChanged() {
        // before the head is written nothing may be, and then the queue is looked into anyway
        if (!drainDue.get()) {
            drain();
        }
    }

    private void wakeIfWritable() {
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
            put(Waiting.own(SseEncoder.END));
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
        clear();
        wake();
    }
}
