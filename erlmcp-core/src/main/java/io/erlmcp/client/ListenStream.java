package io.erlmcp.client;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A modern subscription: one {@code subscriptions/listen} stream, opened again when it breaks, and
 * when the server cannot serve it for the moment. Whatever else ends it is told.
 *
 * <p>Process model: one virtual thread, which waits on the stream and runs the listener; {@link
 * #close} interrupts it.
 */
final class ListenStream implements Subscription {
    private static final String METHOD = "subscriptions/listen";
    private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8));

    /** The longest that a server may ask for. */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(60);

    private final Conversation conversation;
    private final Wish wish;
    private final Consumer<ServerNotification> listener;
    private final Consumer<ListenStream> onEnd;
    private final CountDownLatch acknowledged = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile ListenFilter honoured = ListenFilter.NONE;
    private volatile @Nullable RuntimeException refusal;
    private volatile boolean open = true;
    private volatile boolean heard;

    /** The stream that is read was granted; of the worker alone. */
    private boolean granted;

    private volatile @Nullable Thread worker;

    /**
     * @param onEnd hears when it is over for good
     */
    ListenStream(
            Conversation conversation,
            Wish wish,
            Consumer<ServerNotification> listener,
            Consumer<ListenStream> onEnd) {
        this.conversation = conversation;
        this.wish = wish;
        this.listener = listener;
        this.onEnd = onEnd;
    }

    /** Returns when the server acknowledged. */
    void start() {
        worker = Threads.startVirtual("listen", this::run);
        Duration limit = conversation.config().limits().timeout();
        try {
            if (!acknowledged.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                close();
                throw new McpTimeoutException(METHOD, limit);
            }
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException(METHOD + " was cancelled");
            cancelled.initCause(e);
            throw cancelled;
        }
        RuntimeException refused = refusal;
        if (refused != null) {
            throw refused;
        }
    }

    private void run() {
        int attempt = 0;
        try {
            while (open) {
                heard = false;
                granted = false;
                Duration asked = listenOnce();
                attempt = heard ? 1 : attempt + 1;
                if (open) {
                    Duration own = PAUSES.delay(attempt, ThreadLocalRandom.current().nextDouble());
                    Duration pause = asked.compareTo(own) > 0 ? asked : own;
                    closed.await(pause.toNanos(), TimeUnit.NANOSECONDS);
                }
            }
        } catch (InterruptedException e) {
            open = false;
        } catch (RuntimeException | Error e) {
            // a bug of ours; nobody may take the subscription for a live one
            ended(String.valueOf(e), new IllegalStateException(METHOD + " failed: " + e, e));
            throw e;
        } finally {
            onEnd.accept(this);
            acknowledged.countDown();
        }
    }

    /**
     * One stream, to its end; whatever ends it, what is worth another try is tried again.
     *
     * @return how long the server wants to be left alone
     */
    private Duration listenOnce() {
        try {
            wish.check(conversation.server().capabilities());
            conversation.listen(
                    new ClientRequest.Listen(wish.filter()),
                    CallOptions.NONE.withMeta(wish.meta()),
                    this::hear);
        } catch (McpTimeoutException e) {
            failed(e, true);
        } catch (McpException e) {
            failed(e, Remedy.passes(e));
        } catch (TransportException e) {
            // a path is made again, unless the client itself is closed
            boolean isPath = e.kind() == TransportException.Kind.CLOSED;
            failed(e, isPath ? conversation.phase() != Phase.CLOSED : Remedy.passes(e));
            Duration asked = e.retryAfter().orElse(Duration.ZERO);
            return asked.compareTo(MAX_PAUSE) < 0 ? asked : MAX_PAUSE;
        } catch (IllegalStateException e) {
            // The client is closed.
            open = false;
        }
        return Duration.ZERO;
    }

    /** A subscription that was never granted has its caller waiting, who hears at once. */
    private void failed(RuntimeException failure, boolean passes) {
        boolean isNew = acknowledged.getCount() > 0;
        String reason = String.valueOf(failure.getMessage());
        if (isNew || !passes) {
            ended(reason, failure);
        } else if (open) {
            observer().on(new ClientEvent.SubscriptionFailed(METHOD, reason, false));
        }
    }

    private void ended(String reason, RuntimeException failure) {
        if (!open) {
            return;
        }
        refusal = failure;
        open = false;
        if (acknowledged.getCount() == 0) {
            observer().on(new ClientEvent.SubscriptionFailed(METHOD, reason, true));
        }
    }

    private Observer observer() {
        return conversation.config().observer();
    }

    private void hear(ServerNotification notification) {
        heard = true;
        if (notification instanceof ServerNotification.SubscriptionsAcknowledged ack) {
            granted(ack);
            return;
        }
        conversation.notified(notification);
        if (wish.wants(notification)) {
            tell(notification);
        }
    }

    private void tell(ServerNotification notification) {
        Notifier.contained(observer(), "subscription", () -> listener.accept(notification));
        if (Thread.interrupted() && !open) { // else a listener left it so, and means nothing
            Thread.currentThread().interrupt();
        }
    }

    /** What changed since an earlier stream broke was told to nobody. */
    private void granted(ServerNotification.SubscriptionsAcknowledged ack) {
        honoured = ack.filter();
        boolean isAnother = acknowledged.getCount() == 0 && !granted;
        granted = true;
        if (isAnother) {
            conversation.missed(METHOD + " has no events of the time without a stream");
            List<ServerNotification> all = wish.missed(true, wish.resources());
            all.forEach(this::tell);
            Listeners listeners = conversation.config().listeners();
            conversation.tell(
                    "missed changes", () -> Notifier.each(observer(), all, listeners::tell));
        }
        acknowledged.countDown();
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
