package io.erlmcp.transport;

/**
 * A client's path to an {@link Endpoint} in the same process: no socket, no framing, the same
 * messages. For tests and for programs that use their own server.
 *
 * <p>Process model: made by the user, closed by its client. Each link has two virtual threads,
 * owned by {@link MemoryLink}: one hands messages to the server, one to the client.
 */
public final class InMemoryTransport extends DuplexClientTransport<MemoryLink> {
    /**
     * How much may wait in each direction: the client is refused beyond it; the server has to wait
     * beyond half of it, and the client is cut beyond all of it.
     */
    public static final int DEFAULT_MAX_QUEUED_BYTES = 32 * 1024 * 1024;

    private final Endpoint endpoint;
    private final int maxQueuedBytes;

    private InMemoryTransport(Endpoint endpoint, int maxQueuedBytes) {
        super("memory");
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
    protected MemoryLink connect(ClientReceiver upper) {
        return new MemoryLink(endpoint, upper, maxQueuedBytes);
    }

    @Override
    protected void send(MemoryLink to, OutgoingMessage message) {
        to.toServer(message.body());
    }

    @Override
    protected void disconnect(MemoryLink from) {
        from.leave();
    }
}
