package io.erlmcp.tcp;

import io.erlmcp.tls.ClientTls;
import io.erlmcp.tls.TlsClientConfig;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.DuplexClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The TCP and Unix domain socket transport of a client: one message a line, both eras. A connection
 * that was lost is made again, with the pauses of the configuration; it is a new session.
 *
 * <p>Process model: made by the user, closed by its client. Each connection has two virtual
 * threads, owned by {@link SocketLink}.
 */
public final class SocketTransport extends DuplexClientTransport<SocketLink> {
    private final SocketClientConfig config;
    private final @Nullable ClientTls tls;

    /**
     * @throws IllegalArgumentException when a certificate or key cannot be used
     */
    public SocketTransport(SocketClientConfig config) {
        super(config.url());
        this.config = config;
        TlsClientConfig secured = config.tls();
        this.tls = secured == null ? null : ClientTls.of(secured);
    }

    @Override
    public Optional<Backoff> recovery() {
        return Optional.of(config.backoff());
    }

    @Override
    protected SocketLink connect(ClientReceiver upper) {
        return new SocketLink(config, tls, name(), upper);
    }

    @Override
    protected void send(SocketLink to, OutgoingMessage message) {
        to.send(message);
    }

    @Override
    protected void disconnect(SocketLink from) {
        from.stop();
    }
}
