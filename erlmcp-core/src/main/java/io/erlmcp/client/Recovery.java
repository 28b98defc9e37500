package io.erlmcp.client;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a lost path again without being asked, where its transport wants that: at once, then with
 * growing pauses. A path that does not stand for as long as the first pause counts as an attempt
 * that failed, so that a server that greets and leaves is not asked without end.
 *
 * <p>Process model: one virtual thread while the path is lost; ended by {@link #close}.
 */
final class Recovery {
    /** The client as recovery sees it. */
    interface Path {
        /** Whether it needs to be made again. */
        boolean isLost();

        /** Makes it again, with the session and what was subscribed. */
        void renew();

        /** How long it stood before it was lost. */
        Duration stood();
    }

    /** How to wait. */
    interface Pause {
        /**
         * @return false when there is nothing to wait for any more
         */
        boolean await(Duration delay) throws InterruptedException;
    }

    private final @Nullable Backoff backoff;
    private final String name;
    private final Path path;
    private final Observer observer;
    private final Pause pause;
    private final DoubleSupplier random;
    private final AtomicBoolean running = new AtomicBoolean();
    private final CountDownLatch closed;

    /** Attempts since a path stood; only the thread that recovers counts. */
    private int attempts;

    Recovery(
            ClientTransport transport,
            Path path,
            Observer observer,
            Pause pause,
            DoubleSupplier random,
            CountDownLatch closed) {
        this.backoff = transport.recovery().orElse(null);
        this.name = transport.name();
        this.path = path;
        this.observer = observer;
        this.pause = pause;
        this.random = random;
        this.closed = closed;
    }

    static Recovery of(ClientTransport transport, Connector connector, Observer observer) {
        CountDownLatch closed = new CountDownLatch(1);
        BooleanSupplier lost = () -> connector.phase() == Phase.ERROR;
        Path path =
                new Path() {
                    @Override
                    public boolean isLost() {
                        return lost.getAsBoolean();
                    }

                    @Override
                    public void renew() {
                        var _ = connector.server();
                    }

                    @Override
                    public Duration stood() {
                        return connector.stood();
                    }
                };
        return new Recovery(
                transport,
                path,
                observer,
                delay -> !closed.await(delay.toNanos(), TimeUnit.NANOSECONDS),
                () -> ThreadLocalRandom.current().nextDouble(),
                closed);
    }

    void begin() {
        Backoff pauses = backoff;
        if (pauses != null && running.compareAndSet(false, true)) {
            Threads.startVirtual("reconnect " + name, () -> run(pauses));
        }
    }

    /** Tries until the path stands, or nobody wants it any more. */
    void run(Backoff pauses) {
        try {
            while (path.isLost() && closed.getCount() > 0) {
                if (path.stood().compareTo(pauses.first()) >= 0) {
                    attempts = 0;
                }
                untilRenewed(pauses);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.set(false);
        }
        if (path.isLost() && closed.getCount() > 0) {
            begin();
        }
    }

    private void untilRenewed(Backoff pauses) throws InterruptedException {
        boolean isOver = false;
        while (!isOver && (attempts == 0 || waits(pauses))) {
            attempts++;
            isOver = isRenewedOrClosed();
        }
    }

    /** False where it failed, which is told with the pause before the next attempt. */
    private boolean isRenewedOrClosed() {
        try {
            path.renew();
            return true;
        } catch (TransportException | McpException | McpTimeoutException failed) {
            return false;
        } catch (IllegalStateException closedMeanwhile) {
            return true;
        }
    }

    /**
     * @return false when there is nothing to wait for any more
     */
    private boolean waits(Backoff pauses) throws InterruptedException {
        Duration delay = pauses.delay(attempts, random.getAsDouble());
        observer.on(new ClientTransportEvent.StreamReconnecting(name, attempts, delay));
        return pause.await(delay);
    }

    void close() {
        closed.countDown();
    }
}
