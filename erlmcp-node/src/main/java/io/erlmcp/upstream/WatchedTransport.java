package io.erlmcp.upstream;

import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server that tells at once when it is lost, and when something was last heard. Once
 * {@link #settle settled} it makes no way again by itself: a new run does.
 */
final class WatchedTransport implements ClientTransport {
    private final ClientTransport inner;
    private final Time time;
    private final Consumer<TransportException> onLoss;
    private volatile boolean settled;
    private volatile long heardNanos;

    WatchedTransport(ClientTransport inner, Time time, Consumer<TransportException> onLoss) {
        this.inner = inner;
        this.time = time;
        this.onLoss = onLoss;
        this.heardNanos = time.nanos();
    }

    /** The server is known from here on. */
    void settle() {
        settled = true;
    }

    /** For how long nothing was heard. */
    long silentNanos() {
        return time.nanos() - heardNanos;
    }

    /** When something was last heard. */
    long heardNanos() {
        return heardNanos;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public boolean isDuplex() {
        return inner.isDuplex();
    }

    @Override
    public boolean hasModernEra() {
        return inner.hasModernEra();
    }

    @Override
    public boolean hearsServer() {
        return inner.hearsServer();
    }

    @Override
    public void open(ClientReceiver receiver) {
        inner.open(new Watcher(receiver));
    }

    @Override
    public void send(OutgoingMessage message) {
        inner.send(message);
    }

    @Override
    public void abandon(RequestId id) {
        inner.abandon(id);
    }

    @Override
    public void negotiated(String protocolVersion) {
        inner.negotiated(protocolVersion);
    }

    @Override
    public void listen() {
        inner.listen();
    }

    @Override
    public void restart() {
        if (settled && inner.isDuplex()) {
            throw new TransportException(
                    TransportException.Kind.CLOSED, inner.name() + " is not there any more");
        }
        inner.restart();
    }

    /** None: whoever watches makes another. */
    @Override
    public Optional<Backoff> recovery() {
        return Optional.empty();
    }

    @Override
    public void close() {
        inner.close();
    }

    private final class Watcher implements ClientReceiver {
        private final ClientReceiver upper;

        Watcher(ClientReceiver upper) {
            this.upper = upper;
        }

        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            heardNanos = time.nanos();
            return upper.message(message, of);
        }

        @Override
        public void failed(RequestId id, TransportException failure) {
            upper.failed(id, failure);
        }

        @Override
        public void closed(TransportException failure) {
            // first, so that a call that fails of it finds the loss known
            if (settled) {
                onLoss.accept(failure);
            }
            upper.closed(failure);
        }

        @Override
        public void sessionLost(TransportException failure) {
            upper.sessionLost(failure);
        }

        @Override
        public ClientReceiver ofNextPath() {
            return new Watcher(upper.ofNextPath());
        }

        @Override
        public void observed(Event event) {
            upper.observed(event);
        }
    }
}
