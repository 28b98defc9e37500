package io.erlmcp.http;

import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/**
 * The Streamable HTTP transport of a client, for both eras.
 *
 * <p>Process model: made by the user, closed by its client. Each request has a virtual thread that
 * reads its stream; a legacy session has one more for the stream on which the server speaks by
 * itself.
 */
public final class StreamableHttpClientTransport implements ClientTransport {
    /**
     * Answered streams that may wait for the server's end, so that their connections can be used
     * again.
     */
    private static final int MAX_LINGERING = 4;

    /** Some servers send no headers before the first event. */
    private static final Duration LISTEN_LIMIT = Duration.ofMillis(500);

    private final HttpClientConfig config;
    private final HttpClientCalls calls;
    private final Map<RequestId, HttpClientStream> streams = new ConcurrentHashMap<>();
    private final ConcurrentLinkedDeque<HttpClientStream> lingering = new ConcurrentLinkedDeque<>();
    private volatile @Nullable ClientReceiver receiver;
    private volatile @Nullable HttpClientListener listener;
    private volatile boolean closed;

    public StreamableHttpClientTransport(HttpClientConfig config) {
        this.config = config;
        this.calls = new HttpClientCalls(config);
    }

    /**
     * A path to the endpoint at {@code url} with the defaults of {@link
     * HttpClientConfig#of(String)}.
     */
    public static StreamableHttpClientTransport to(String url) {
        return new StreamableHttpClientTransport(HttpClientConfig.of(url));
    }

    @Override
    public String name() {
        return config.url().toString();
    }

    @Override
    public boolean isDuplex() {
        return false;
    }

    @Override
    public boolean hearsServer() {
        HttpClientListener open = listener;
        return open != null && open.isHearing();
    }

    @Override
    public void open(ClientReceiver upper) {
        if (receiver != null) {
            throw new IllegalStateException(name() + " is open already");
        }
        receiver = upper;
    }

    @Override
    public void send(OutgoingMessage message) {
        ClientReceiver upper = receiver();
        RequestId id = message.id();
        if (id == null) {
            deliver(message);
            return;
        }
        HttpClientStream stream = new HttpClientStream(calls, message, id, upper, this::answered);
        streams.put(id, stream);
        Threads.startVirtual(
                "http-" + id + " " + message.label(),
                () -> {
                    try {
                        stream.run();
                    } finally {
                        streams.remove(id);
                        lingering.remove(stream);
                    }
                });
    }

    private void answered(HttpClientStream stream) {
        streams.remove(stream.id());
        lingering.add(stream);
        if (lingering.size() > MAX_LINGERING) {
            HttpClientStream oldest = lingering.poll();
            if (oldest != null) {
                oldest.abandon();
            }
        }
    }

    private void deliver(OutgoingMessage message) {
        boolean inSession = calls.session() != null;
        try {
            HttpResponse<InputStream> response = calls.deliver(message.body(), message.headers());
            if (response.statusCode() < 200 || response.statusCode() > 299) {
                throw calls.refusal(response, inSession);
            }
            HttpClientCalls.discard(response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportException(
                    TransportException.Kind.CLOSED,
                    message.label() + " was interrupted on its way",
                    e);
        }
    }

    private ClientReceiver receiver() {
        ClientReceiver upper = receiver;
        if (upper == null || closed) {
            throw new TransportException(TransportException.Kind.CLOSED, name() + " is not open");
        }
        return upper;
    }

    @Override
    public void abandon(RequestId id) {
        HttpClientStream stream = streams.get(id);
        if (stream != null) {
            stream.abandon();
        }
    }

    @Override
    public void negotiated(String protocolVersion) {
        calls.negotiated(protocolVersion);
    }

    @Override
    public void listen() {
        stopListening();
        ClientReceiver next = receiver().ofNextPath();
        receiver = next;
        HttpClientListener fresh = new HttpClientListener(calls, next);
        listener = fresh;
        Threads.startVirtual("http-listen", fresh);
        try {
            fresh.awaitFirstAnswer(LISTEN_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void restart() {
        receiver();
        stopListening();
        calls.forgetSession();
    }

    /** Where a legacy server tells on its own stream that it forgot the session. */
    @Override
    public Optional<Backoff> recovery() {
        return Optional.of(new Backoff(config.reconnects().first(), config.reconnects().longest()));
    }

    private void stopListening() {
        HttpClientListener open = listener;
        listener = null;
        if (open != null) {
            open.stop();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopListening();
        streams.values().forEach(HttpClientStream::abandon);
        lingering.forEach(HttpClientStream::abandon);
        endSession();
        calls.close();
    }

    private void endSession() {
        ClientReceiver upper = receiver;
        if (calls.session() == null || upper == null) {
            return;
        }
        // A close that follows an interrupt still ends the session.
        boolean interrupted = Thread.interrupted();
        try {
            calls.delete();
        } catch (TransportException e) {
            upper.observed(
                    new ClientTransportEvent.MessageLost(
                            name(), "DELETE", String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
