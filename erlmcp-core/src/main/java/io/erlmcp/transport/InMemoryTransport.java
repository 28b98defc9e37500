package io.erlmcp.transport;

import io.erlmcp.rpc.RequestId;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A client's path to an {@link Endpoint} in the same process: no socket, no framing, the same
 * messages. For tests and for programs that use their own server.
 *
 * <p>Process model: made by the user, closed by its client. Each link has two virtual threads,
 * owned by {@link MemoryLink}: one hands messages to the server, one to the client.
 */
public final class InMemoryTransport implements ClientTransport {
    /**
     * How much may wait in each direction before the sender is refused (client) or has to wait
     * (server).
     */
    public static final int DEFAULT_MAX_QUEUED_BYTES = 32 * 1024 * 1024;

    private final Endpoint endpoint;
    private final int maxQueuedBytes;

    /**
     * Guards {@code receiver}, {@code link} and {@code closed}; links are made and ended under it,
     * one at a time.
     */
    private final ReentrantLock lifecycle = new ReentrantLock();

    private @Nullable ClientReceiver receiver;
    private volatile @Nullable MemoryLink link;
    private boolean closed;

    private InMemoryTransport(Endpoint endpoint, int maxQueuedBytes) {
        this.endpoint = endpoint;
        this.maxQueuedBytes = maxQueuedBytes;
    }

    /** A path to {@code endpoint}; each transport is a connection of its own. */
    public static InMemoryTransport to(Endpoint endpoint) {
        return to(endpoint, DEFAULT_MAX_QUEUED_BYTES);
    }

    /** As {@link #to(Endpoint)} with another bound on what waits in each direction. */
    public static InMemoryTransport to(Endpoint endpoint, int maxQueuedBytes) {
        if (maxQueuedBytes <= 0) {
            throw new IllegalArgumentException(
                    "maxQueuedBytes must be positive: " + maxQueuedBytes);
        }
        return new InMemoryTransport(endpoint, maxQueuedBytes);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public boolean isDuplex() {
        return true;
    }

    @Override
    public boolean hearsServer() {
        return link != null;
    }

    @Override
    public void open(ClientReceiver upper) {
        lifecycle.lock();
        try {
            if (receiver != null) {
                throw new IllegalStateException("memory transport is open already");
            }
            receiver = upper;
            link = new MemoryLink(endpoint, upper, maxQueuedBytes);
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public void send(OutgoingMessage message) {
        MemoryLink open = link;
        if (open == null) {
            throw new TransportException(
                    TransportException.Kind.CLOSED, "memory transport is not open");
        }
        open.toServer(message.body());
    }

    @Override
    public void abandon(RequestId id) {
        // All requests share one path; the client cancels by a notification.
    }

    @Override
    public void negotiated(String protocolVersion) {
        // Nothing in the framing depends on the version.
    }

    @Override
    public void listen() {
        // The one path is open both ways.
    }

    @Override
    public void restart() {
        lifecycle.lock();
        try {
            ClientReceiver upper = receiver;
            if (upper == null || closed) {
                throw new TransportException(
                        TransportException.Kind.CLOSED, "memory transport is not open");
            }
            endLink();
            link = new MemoryLink(endpoint, upper, maxQueuedBytes);
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public void close() {
        lifecycle.lock();
        try {
            closed = true;
            endLink();
        } finally {
            lifecycle.unlock();
        }
    }

    private void endLink() {
        MemoryLink open = link;
        link = null;
        if (open != null) {
            open.leave();
        }
    }
}
