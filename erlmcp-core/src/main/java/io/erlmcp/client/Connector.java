package io.erlmcp.client;

import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connects, and connects again when the path or the session was lost: one thread does it, the
 * others wait for the outcome. Each fresh session is a generation, so that a lost one is replaced
 * once.
 */
final class Connector {
    private final ClientTransport transport;
    private final ClientReceiver receiver;
    private final Negotiation negotiation;
    private final ClientConfig config;
    private final Runnable onRenewed;
    private final Recovery recovery;

    /**
     * Guards changes of {@code phase}, but for its end, of {@code handshake} and {@code
     * generation}; connecting happens under it.
     */
    private final ReentrantLock lifecycle = new ReentrantLock();

    private final AtomicInteger generation = new AtomicInteger();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.PRE_INITIALIZATION);
    private volatile @Nullable Handshake handshake;

    /** The path was lost since it was last made, even before the handshake over it ended. */
    private volatile boolean lost;

    private volatile long madeAtNanos;
    private volatile long lostAtNanos;

    /**
     * @param onRenewed runs after a lost session was replaced, on the thread that replaced it
     */
    Connector(
            ClientTransport transport,
            ClientReceiver receiver,
            Negotiation negotiation,
            ClientConfig config,
            Runnable onRenewed) {
        this.transport = transport;
        this.receiver = receiver;
        this.negotiation = negotiation;
        this.config = config;
        this.onRenewed = onRenewed;
        this.recovery = Recovery.of(transport, this, config.observer());
    }

    Phase phase() {
        Phase now = Objects.requireNonNull(phase.get());
        return now == Phase.INITIALIZED && lost ? Phase.ERROR : now;
    }

    /**
     * The server as negotiated, and in which session; a request remembers it, to tell a stale
     * session from a fresh one.
     */
    record Session(Handshake server, int generation) {}

    /** The present session; makes it where there is none, as {@link #server} does. */
    Session session() {
        while (true) {
            int seen = generation.get();
            Handshake server = server();
            if (seen == generation.get()) {
                return new Session(server, seen);
            }
        }
    }

    /** How long the path stood that was lost last. */
    Duration stood() {
        return Duration.ofNanos(Math.max(0, lostAtNanos - madeAtNanos));
    }

    /** A path, or a session, that is not lost yet. */
    void pathBegins() {
        lost = false;
    }

    /** The path is gone; the next request makes a fresh one, or recovery does. */
    void pathLost() {
        lostAtNanos = config.time().nanos();
        lost = true;
        recovery.begin();
    }

    void connect() {
        lifecycle.lock();
        try {
            boolean first = phase.get() == Phase.PRE_INITIALIZATION;
            step(Phase.Step.CONNECT);
            if (first) {
                transport.open(receiver);
            } else {
                restart();
            }
            negotiate(config.era());
        } catch (RuntimeException | Error e) {
            failed();
            throw e;
        } finally {
            lifecycle.unlock();
        }
    }

    /**
     * @throws IllegalStateException when the step is out of order, as it is once the client is
     *     closed
     */
    private void step(Phase.Step step) {
        phase.updateAndGet(now -> now.on(step));
    }

    private void restart() {
        lost = false;
        transport.restart();
    }

    private void failed() {
        phase.compareAndSet(Phase.INITIALIZING, Phase.INITIALIZING.on(Phase.Step.FAIL));
    }

    private void negotiate(EraChoice era) {
        Handshake found = negotiation.run(era, this::restart);
        handshake = found;
        madeAtNanos = config.time().nanos();
        generation.incrementAndGet();
        step(Phase.Step.CONNECTED);
        config.observer().on(new ClientEvent.Connected(transport.name(), found.revision().text()));
        if (lost) {
            // it came before anybody could mend it
            recovery.begin();
        }
    }

    /**
     * The server as negotiated; connects again where the path was lost.
     *
     * @throws IllegalStateException when the client is not connected, or closed
     */
    Handshake server() {
        int seen = generation.get(); // first, so that a path that is fresh is not replaced
        Handshake known = handshake;
        Phase now = phase();
        if (now == Phase.INITIALIZED && known != null) {
            return known;
        }
        if (now == Phase.PRE_INITIALIZATION) {
            throw new IllegalStateException("the client is not connected: call connect()");
        }
        if (now == Phase.CLOSED) {
            throw new IllegalStateException("the client is closed");
        }
        renew(seen, true, "the path was lost");
        return Objects.requireNonNull(handshake, "handshake");
    }

    /**
     * Makes a fresh session, unless another thread did so since {@code seen}.
     *
     * @param restart whether the old path is of no use any more
     */
    void renew(int seen, boolean restart, String reason) {
        lifecycle.lock();
        try {
            if (generation.get() != seen && phase() == Phase.INITIALIZED) {
                return;
            }
            step(Phase.Step.CONNECT);
            if (restart) {
                restart();
            }
            negotiate(sameEra());
            config.observer().on(new ClientEvent.Reconnected(transport.name(), reason));
        } catch (RuntimeException | Error e) {
            failed();
            recovery.begin();
            throw e;
        } finally {
            lifecycle.unlock();
        }
        if (!lost) { // else whoever makes it again goes on from there, after a pause
            onRenewed.run();
        }
    }

    /** What was negotiated last, whether the path still stands or not. */
    @Nullable Handshake known() {
        return handshake;
    }

    private EraChoice sameEra() {
        Handshake before = handshake;
        if (before == null) {
            return config.era();
        }
        return before.isModern() ? EraChoice.MODERN : EraChoice.LEGACY;
    }

    /**
     * @return false when it was closed already
     */
    boolean close() {
        // Without the lock: a thread that waits for a handshake holds it, and fails when the
        // transport closes.
        boolean first = phase.getAndSet(Phase.CLOSED) != Phase.CLOSED;
        recovery.close();
        return first;
    }
}
