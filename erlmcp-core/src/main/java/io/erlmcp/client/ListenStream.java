package io.erlmcp.client;

import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A modern subscription: one {@code subscriptions/listen} stream, opened again when it breaks.
 *
 * <p>Process model: one virtual thread, which waits on the stream and runs the listener; {@link
 * #close} interrupts it.
 */
final class ListenStream implements Subscription {
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration MAX_DELAY = Duration.ofSeconds(8);

    private final Conversation conversation;
    private final ListenFilter filter;
    private final Consumer<ServerNotification> listener;
    private final CountDownLatch acknowledged = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile ListenFilter honoured = ListenFilter.NONE;
    private volatile @Nullable RuntimeException refusal;
    private volatile boolean open = true;
    private volatile boolean heard;
    private volatile @Nullable Thread worker;

    ListenStream(
            Conversation conversation, ListenFilter filter, Consumer<ServerNotification> listener) {
        this.conversation = conversation;
        this.filter = filter;
        this.listener = listener;
    }

    /** Returns when the server acknowledged. */
    void start() {
        worker = Threads.startVirtual("listen", this::run);
        Duration limit = conversation.config().limits().timeout();
        try {
            if (!acknowledged.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                close();
                throw new McpTimeoutException("subscriptions/listen", limit);
            }
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            CancellationException cancelled =
                    new CancellationException("subscriptions/listen was cancelled");
            cancelled.initCause(e);
            throw cancelled;
        }
        RuntimeException refused = refusal;
        if (refused != null) {
            throw refused;
        }
    }

    private void run() {
        Duration delay = FIRST_DELAY;
        try {
            while (open) {
                heard = false;
                listenOnce();
                if (open) {
                    delay = heard ? FIRST_DELAY : delay;
                    closed.await(delay.toNanos(), TimeUnit.NANOSECONDS);
                    delay =
                            delay.multipliedBy(2).compareTo(MAX_DELAY) > 0
                                    ? MAX_DELAY
                                    : delay.multipliedBy(2);
                }
            }
        } catch (InterruptedException | CancellationException e) {
            open = false;
        } finally {
            acknowledged.countDown();
        }
    }

    /** One stream, to its end; whatever ends it, what is worth another try is tried again. */
    private void listenOnce() {
        try {
            conversation.listen(new ClientRequest.Listen(filter), this::hear);
        } catch (McpException e) {
            refused(e);
        } catch (TransportException e) {
            if (acknowledged.getCount() > 0 || e.kind() == TransportException.Kind.CLOSED) {
                refused(e);
            }
        } catch (IllegalStateException e) {
            // The client is closed.
            open = false;
        }
    }

    private void refused(RuntimeException e) {
        refusal = e;
        open = false;
    }

    private void hear(ServerNotification notification) {
        heard = true;
        if (notification instanceof ServerNotification.SubscriptionsAcknowledged ack) {
            honoured = ack.filter();
            acknowledged.countDown();
            return;
        }
        conversation.notified(notification);
        if (Subscriptions.wants(filter, notification)) {
            Notifier.guarded(
                    conversation.config().observer(),
                    "subscription",
                    () -> listener.accept(notification));
        }
    }

    @Override
    public ListenFilter honoured() {
        return honoured;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Optional<String> refusal() {
        RuntimeException refused = refusal;
        return refused == null
                ? Optional.empty()
                : Optional.of(String.valueOf(refused.getMessage()));
    }

    @Override
    public void close() {
        open = false;
        closed.countDown();
        Thread running = worker;
        if (running != null) {
            running.interrupt();
        }
    }
}
