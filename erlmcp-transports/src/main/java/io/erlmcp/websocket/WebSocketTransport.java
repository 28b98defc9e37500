package io.erlmcp.websocket;

import io.erlmcp.tls.ClientTls;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.DuplexClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket transport of a client, for both eras. A connection that was lost is made again,
 * with the pauses of the configuration; it is a new session.
 *
 * <p>Process model: made by the user, closed by its client. Each connection is a {@link
 * WebSocketLink}, which owns its threads.
 */
public final class WebSocketTransport extends DuplexClientTransport<WebSocketLink> {
    private final WebSocketClientConfig config;
    private final @Nullable ClientTls tls;

    /**
     * @throws IllegalArgumentException when a certificate or key cannot be used
     */
    public WebSocketTransport(WebSocketClientConfig config) {
        super(config.url().toString());
        this.config = config;
        this.tls = config.isSecured() ? ClientTls.of(config.tls()) : null;
    }

    /** A path to {@code url} with the defaults of {@link WebSocketClientConfig#of(String)}. */
    public static WebSocketTransport to(String url) {
        return new WebSocketTransport(WebSocketClientConfig.of(url));
    }

    @Override
    public Optional<Backoff> recovery() {
        return Optional.of(config.backoff());
    }

    @Override
    protected WebSocketLink connect(ClientReceiver upper) {
        return WebSocketLink.open(config, tls, upper);
    }

    @Override
    protected void send(WebSocketLink to, OutgoingMessage message) {
        to.send(message);
    }

    @Override
    protected void disconnect(WebSocketLink from) {
        from.stop();
    }
}
