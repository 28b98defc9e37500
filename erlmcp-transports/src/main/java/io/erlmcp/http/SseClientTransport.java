package io.erlmcp.http;

import io.erlmcp.tls.ClientTls;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.DuplexClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import java.util.Optional;

/**
 * The HTTP+SSE transport of a client (2024-11-05, legacy era): the server speaks on one event
 * stream, the client posts to the place that the stream names. A session that was lost is made
 * again by itself, with growing pauses.
 *
 * <p>Process model: made by the user, closed by its client. Each session is an {@link SseLink},
 * which owns its threads.
 */
public final class SseClientTransport extends DuplexClientTransport<SseLink> {
    private final HttpClientConfig config;

    public SseClientTransport(HttpClientConfig config) {
        super(config.url().toString());
        this.config = config;
        if (config.url().getScheme().equalsIgnoreCase("https")) {
            var _ = ClientTls.of(config.tls()); // what cannot be used is said now
        }
    }

    /** The stream at {@code url} with the defaults of {@link HttpClientConfig#of(String)}. */
    public static SseClientTransport to(String url) {
        return new SseClientTransport(HttpClientConfig.of(url));
    }

    @Override
    public boolean hasModernEra() {
        return false;
    }

    @Override
    public Optional<Backoff> recovery() {
        return Optional.of(new Backoff(config.reconnects().first(), config.reconnects().longest()));
    }

    @Override
    protected SseLink connect(ClientReceiver upper) {
        return SseLink.open(config, upper);
    }

    @Override
    protected void send(SseLink to, OutgoingMessage message) {
        to.send(message);
    }

    @Override
    protected void disconnect(SseLink from) {
        from.stop();
    }
}
