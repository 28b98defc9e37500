package io.erlmcp.transport;

import io.erlmcp.rpc.RequestId;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The stdio transport of a client: runs the server as a child process and speaks over its standard
 * input and output, one message per line. Standard error goes to a listener.
 *
 * <p>Process model: made by the user, closed by its client. Each run has three threads, owned by
 * {@link ChildProcess}.
 */
public final class ChildProcessTransport implements ClientTransport {
    private final ChildProcessConfig config;
    private final String name;

    /**
     * Guards {@code receiver}, {@code child} and {@code closed}; starting and stopping happen under
     * it.
     */
    private final ReentrantLock lifecycle = new ReentrantLock();

    private @Nullable ClientReceiver receiver;
    private volatile @Nullable ChildProcess child;
    private boolean closed;

    public ChildProcessTransport(ChildProcessConfig config) {
        this.config = config;
        Path program = Path.of(config.command().getFirst()).getFileName();
        this.name = "stdio " + (program == null ? config.command().getFirst() : program);
    }

    /** Runs {@code command} with the defaults of {@link ChildProcessConfig#of(String...)}. */
    public static ChildProcessTransport of(String... command) {
        return new ChildProcessTransport(ChildProcessConfig.of(command));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isDuplex() {
        return true;
    }

    @Override
    public boolean hearsServer() {
        return child != null;
    }

    @Override
    public void open(ClientReceiver upper) {
        lifecycle.lock();
        try {
            if (receiver != null) {
                throw new IllegalStateException(name + " is open already");
            }
            receiver = upper;
            child = new ChildProcess(config, name, upper);
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public void send(OutgoingMessage message) {
        ChildProcess running = child;
        if (running == null) {
            throw new TransportException(TransportException.Kind.CLOSED, name + " is not open");
        }
        running.send(message.body());
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
                throw new TransportException(TransportException.Kind.CLOSED, name + " is not open");
            }
            stopChild();
            child = new ChildProcess(config, name, upper);
        } finally {
            lifecycle.unlock();
        }
    }

    @Override
    public void close() {
        lifecycle.lock();
        try {
            closed = true;
            stopChild();
        } finally {
            lifecycle.unlock();
        }
    }

    private void stopChild() {
        ChildProcess running = child;
        child = null;
        if (running != null) {
            running.stop();
        }
    }
}
