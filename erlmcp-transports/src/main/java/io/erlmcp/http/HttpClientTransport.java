package io.erlmcp.http;

import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The transport of a client for an {@code http} or {@code https} URL of which nothing more is
 * known: Streamable HTTP, or HTTP+SSE (2024-11-05) where the server refuses to be initialized with
 * 400, 404 or 405 and names an endpoint on a GET instead (specification 2025-11-25, backwards
 * compatibility). What was found holds until this is closed.
 *
 * <p>Process model: made by the user, closed by its client; the threads are those of the transport
 * in use.
 */
public final class HttpClientTransport implements ClientTransport {
    private static final Set<Integer> UNKNOWN_THERE = Set.of(400, 404, 405);

    private final StreamableHttpClientTransport streamable;
    private final SseClientTransport sse;
    private volatile ClientTransport used;
    private volatile @Nullable OutgoingMessage opening;
    private volatile boolean closed;

    /** Whether the older transport was tried; handshakes come one at a time. */
    private volatile boolean asked;

    public HttpClientTransport(HttpClientConfig config) {
        this.streamable = new StreamableHttpClientTransport(config);
        this.sse = new SseClientTransport(config);
        this.used = streamable;
    }

    /** The server at {@code url} with the defaults of {@link HttpClientConfig#of(String)}. */
    public static HttpClientTransport to(String url) {
        return new HttpClientTransport(HttpClientConfig.of(url));
    }

    @Override
    public String name() {
        return used.name();
    }

    @Override
    public boolean isDuplex() {
        return used.isDuplex();
    }

    @Override
    public boolean hasModernEra() {
        return used.hasModernEra();
    }

    @Override
    public boolean hearsServer() {
        return used.hearsServer();
    }

    @Override
    public void open(ClientReceiver receiver) {
        streamable.open(new Watched(receiver));
    }

    @Override
    public void send(OutgoingMessage message) {
        if (message.label().equals("initialize")) {
            opening = message;
        }
        used.send(message);
    }

    @Override
    public void abandon(RequestId id) {
        used.abandon(id);
    }

    @Override
    public void negotiated(String protocolVersion) {
        used.negotiated(protocolVersion);
    }

    @Override
    public void listen() {
        used.listen();
    }

    @Override
    public void restart() {
        used.restart();
    }

    @Override
    public Optional<Backoff> recovery() {
        return streamable.recovery();
    }

    @Override
    public void close() {
        closed = true;
        streamable.close();
        sse.close();
    }

    /** Asks for the older transport before the failure of the handshake is passed on. */
    private boolean fallBack(
            OutgoingMessage handshake, ClientReceiver upper, TransportException e) {
        try {
            if (asked) {
                sse.restart();
            } else {
                asked = true;
                sse.open(upper);
            }
        } catch (TransportException older) {
            e.addSuppressed(older);
            return false;
        }
        used = sse;
        if (closed) {
            sse.close();
            return false;
        }
        sse.send(handshake);
        streamable.close();
        return true;
    }

    /** Passes everything on, but for the refusal of a handshake by a server that is older. */
    private final class Watched implements ClientReceiver {
        private final ClientReceiver upper;

        Watched(ClientReceiver upper) {
            this.upper = upper;
        }

        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            return upper.message(message, of);
        }

        @Override
        public void failed(RequestId id, TransportException failure) {
            OutgoingMessage handshake = opening;
            if (handshake == null
                    || !id.equals(handshake.id())
                    || !UNKNOWN_THERE.contains(failure.status())
                    || !fallBack(handshake, upper, failure)) {
                upper.failed(id, failure);
            }
        }

        @Override
        public void closed(TransportException failure) {
            upper.closed(failure);
        }

        @Override
        public void sessionLost(TransportException failure) {
            upper.sessionLost(failure);
        }

        @Override
        public ClientReceiver ofNextPath() {
            return new Watched(upper.ofNextPath());
        }

        @Override
        public void observed(Event event) {
            upper.observed(event);
        }
    }
}
