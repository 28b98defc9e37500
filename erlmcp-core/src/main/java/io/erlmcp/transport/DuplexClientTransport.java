package io.erlmcp.transport;

import io.erlmcp.rpc.RequestId;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A client's path whose messages all share one link in both directions. There is one link at a
 * time; {@link #restart} replaces it.
 *
 * <p>Process model: made by the user, closed by its client. What threads a link has is its own
 * matter; it must be quiet when {@link #disconnect} returns.
 *
 * @param <L> the link
 */
public abstract class DuplexClientTransport<L> implements ClientTransport {
    private final String name;

    /**
     * Guards {@code receiver}, {@code link} and {@code closed}; links are made and ended under it,
     * one at a time.
     */
    private final ReentrantLock lifecycle = new ReentrantLock();

    private @Nullable ClientReceiver receiver;
    private volatile @Nullable L link;
    private boolean closed;

    protected DuplexClientTransport(String name) {
        this.name = name;
    }

    /**
     * Makes a link that brings what it hears to {@code upper}.
     *
     * @throws TransportException when the server cannot be reached
     */
    protected abstract L connect(ClientReceiver upper);

    /** Sends one message, or queues it in its order. */
    protected abstract void send(L to, OutgoingMessage message);

    /** Ends a link; called once for each. */
    protected abstract void disconnect(L from);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final boolean isDuplex() {
        return true;
    }

    @Override
    public final boolean hearsServer() {
        return link != null;
    }

    @Override
    public final void open(ClientReceiver upper) {
        lifecycle.lock();
        try {
            if (receiver != null) {
                throw new IllegalStateException(name + " is open already");
            }
            receiver = upper;
            link = connect(upper);
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public final void send(OutgoingMessage message) {
        L open = link;
        if (open == null) {
            throw notOpen();
        }
        send(open, message);
    }

    @Override
    public final void abandon(RequestId id) {
        // All requests share one path; the client cancels by a notification.
    }

    @Override
    public final void negotiated(String protocolVersion) {
        // Nothing in the framing depends on the version.
    }

    @Override
    public final void listen() {
        // The one path is open both ways.
    }

    @Override
    public final void restart() {
        lifecycle.lock();
        try {
            ClientReceiver upper = receiver;
            if (upper == null || closed) {
                throw notOpen();
            }
            drop();
            ClientReceiver next = upper.ofNextPath();
            receiver = next;
            link = connect(next);
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public final void close() {
        lifecycle.lock();
        try {
            closed = true;
            drop();
        } finally {
            lifecycle.unlock();
        }
    }

    private void drop() {
        L open = link;
        link = null;
        if (open != null) {
            disconnect(open);
        }
    }

    private TransportException notOpen() {
        return new TransportException(TransportException.Kind.CLOSED, name + " is not open");
    }
}
