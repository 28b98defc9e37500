package io.erlmcp.network;

import io.erlmcp.transport.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait behind the one being written, counted against the node's budget. Filled by any
 * thread, emptied by the connection's loop; producers can wait until it has shrunk.
 */
final class SendQueue {
    private static final int GATHER_BYTES = 16 * 1024;

    private final ByteBudget budget;
    private final int backpressureBytes;
    private final ConcurrentLinkedQueue<Waiting> messages = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean closed;

    /** Guards nothing but the wait for {@link #changed}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    SendQueue(ByteBudget budget, int backpressureBytes) {
        this.budget = budget;
        this.backpressureBytes = backpressureBytes;
    }

    void add(Waiting message) {
        message.hold(budget);
        bytes.addAndGet(message.length());
        messages.add(message);
        if (closed) {
            clear();
        }
    }

    /** The next message and small ones behind it; null when there is none. */
    @Nullable ByteBuf take(ByteBufAllocator allocator, Traffic traffic) {
        Waiting message = poll();
        if (message == null) {
            return null;
        }
        ByteBuf together = allocator.directBuffer(Math.max(message.length(), GATHER_BYTES));
        while (message != null) {
            message.writeTo(together);
            traffic.sent(message.length());
            Waiting next = messages.peek();
            message = next != null && next.length() <= together.writableBytes() ? poll() : null;
        }
        return together;
    }

    private @Nullable Waiting poll() {
        Waiting message = messages.poll();
        if (message != null) {
            bytes.addAndGet(-message.length());
            message.letGo(budget);
            if (waiting.get() > 0 && !isFull()) {
                wake();
            }
        }
        return message;
    }

    long bytes() {
        return bytes.get();
    }

    /**
     * Whether too much waits for a peer: more than {@code maxBytes} behind the next message, which
     * it may be about to get, or more than should where all peers together have used most of the
     * budget.
     */
    boolean isOver(int maxBytes) {
        Waiting next = messages.peek();
        long behindNext = next == null ? 0 : bytes.get() - next.length();
        return behindNext > maxBytes || (bytes.get() > backpressureBytes && budget.isTight());
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Whether more waits than should, which is less where all peers together hold much. */
    boolean isFull() {
        return bytes.get() > budget.allowance(backpressureBytes);
    }

    /** Whether it holds too much of what all peers together may hold, and that is mostly used. */
    boolean holdsTooMuch() {
        return budget.isTight() && isFull();
    }

    /** Whether there is room within the limit; a closed queue has none. */
    boolean awaitRoom(Duration limit) throws InterruptedException {
        if (closed || !isFull()) {
            return !closed;
        }
        long nanos = limit.toNanos();
        lock.lock();
        try {
            waiting.incrementAndGet();
            while (isFull() && !closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
        return !closed && !isFull();
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Drops all, and what is added later. */
    void close() {
        closed = true;
        clear();
        wake();
    }

    private void clear() {
        for (Waiting message = messages.poll(); message != null; message = messages.poll()) {
            bytes.addAndGet(-message.length());
            message.letGo(budget);
        }
    }
}
