package io.erlmcp.network;

import io.erlmcp.runtime.Time;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts connections, and stops the listener from accepting at the limit, or for a while after
 * accepting failed (no file descriptors left), so that it neither goes over nor spins.
 *
 * <p>Process model: sits on the listening channel and runs on its loop; connections end on theirs
 * and only count down.
 */
final class AcceptGate extends ChannelInboundHandlerAdapter {
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private static final String ACCEPT_FAILED = "accept failed: ";

    private final Acceptor acceptor;
    private final Time time;
    private final Runnable retry = this::retry;
    private final int maxConnections;
    private final AtomicInteger open = new AtomicInteger();

    /** Guards nothing but the wait for {@link #allClosed}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition allClosed = lock.newCondition();
    private volatile @Nullable Channel listener;
    private boolean full;
    private boolean failed;
    private long pausedSince;
    private final AtomicLong accepted = new AtomicLong();

    AcceptGate(int maxConnections, Acceptor acceptor, Time time) {
        this.maxConnections = maxConnections;
        this.acceptor = acceptor;
        this.time = time;
    }

    int open() {
        return open.get();
    }

    /** Connections accepted so far. */
    long accepted() {
        return accepted.get();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        listener = context.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel connection = (Channel) message;
        accepted.incrementAndGet();
        int count = open.incrementAndGet();
        connection.closeFuture().addListener(closed -> left());
        if (count >= maxConnections) {
            full = true;
            pause("limit of " + maxConnections + " connections");
        }
        context.fireChannelRead(message);
    }

    /** From any loop. */
    private void left() {
        int count = open.decrementAndGet();
        if (count == 0) {
            lock.lock();
            try {
                allClosed.signalAll();
            } finally {
                lock.unlock();
            }
        }
        Channel channel = listener;
        if (count == maxConnections - 1
                && channel != null
                && !channel.eventLoop().isShuttingDown()) {
            channel.eventLoop()
                    .execute(
                            () -> {
                                full = open.get() >= maxConnections;
                                resume();
                            });
        }
    }

    /**
     * Accepting failed; not passed on, since the engine's own pause would undo ours. With no
     * descriptors left no class can be loaded from a file either, so the events were loaded at the
     * start, and telling comes last.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failed) {
            return;
        }
        failed = true;
        var _ =
                context.channel()
                        .eventLoop()
                        .schedule(retry, PAUSE_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
        pause(ACCEPT_FAILED + failure.getMessage());
    }

    private void retry() {
        failed = false;
        resume();
    }

    private void pause(String reason) {
        Channel channel = listener;
        if (channel == null || !channel.config().isAutoRead()) {
            return;
        }
        channel.config().setAutoRead(false);
        pausedSince = time.nanos();
        acceptor.paused(reason, open.get());
    }

    private void resume() {
        Channel channel = listener;
        if (full
                || failed
                || channel == null
                || !channel.isOpen()
                || channel.config().isAutoRead()) {
            return;
        }
        channel.config().setAutoRead(true);
        acceptor.resumed(Duration.ofNanos(time.nanos() - pausedSince));
    }

    /** Waits until no connection is open; false when {@code limit} passed before. */
    boolean awaitNoneOpen(Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        lock.lock();
        try {
            while (open.get() > 0 && nanos > 0) {
                nanos = allClosed.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
        return open.get() == 0;
    }
}
