package io.erlmcp.websocket;

import io.erlmcp.network.LinkWriter;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection to a server.
 *
 * <p>Process model: the JDK's client reads, on virtual threads, one call at a time; a virtual
 * thread writes, so that no caller waits for a slow server. Ends when the server or {@link #stop}
 * closes.
 */
final class WebSocketLink implements WebSocket.Listener {
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final int TOO_BIG = 1009;
    private static final String PROTOCOL = "mcp";

    private final WebSocketClientConfig config;
    private final String name;
    private final ClientReceiver receiver;
    private final HttpClient client;
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable WebSocket socket;
    private volatile @Nullable LinkWriter writer;

    private WebSocketLink(WebSocketClientConfig config, ClientReceiver receiver) {
        this.config = config;
        this.name = config.url().toString();
        this.receiver = receiver;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(config.connectTimeout())
                        .executor(work -> Threads.startVirtual("websocket-client", work))
                        .build();
    }

    /** Connects and shakes hands. */
    static WebSocketLink open(WebSocketClientConfig config, ClientReceiver receiver) {
        WebSocketLink link = new WebSocketLink(config, receiver);
        try {
            link.connect();
            return link;
        } catch (RuntimeException e) {
            link.client.shutdownNow();
            throw e;
        }
    }

    private void connect() {
        WebSocket.Builder builder =
                client.newWebSocketBuilder()
                        .subprotocols(PROTOCOL)
                        .connectTimeout(config.connectTimeout());
        config.headers().forEach(builder::header);
        try {
            WebSocket made =
                    builder.buildAsync(config.url(), this)
                            .get(config.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
            socket = made;
            writer = new LinkWriter(name, config.maxQueuedBytes(), message -> write(made, message));
            made.request(1);
        } catch (ExecutionException e) {
            throw refused(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw refused(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(e);
        }
    }

    private TransportException refused(Throwable cause) {
        if (cause instanceof WebSocketHandshakeException handshake) {
            int status = handshake.getResponse().statusCode();
            return TransportException.refused(
                    TransportException.Kind.REFUSED,
                    name + " answered the handshake with HTTP status " + status,
                    status,
                    new byte[0]);
        }
        return new TransportException(
                TransportException.Kind.UNREACHABLE,
                "cannot connect to " + name + ": " + cause.getMessage(),
                cause);
    }

    void send(OutgoingMessage message) {
        LinkWriter open = writer;
        if (open == null) {
            throw new TransportException(
                    TransportException.Kind.UNREACHABLE, name + " is not connected");
        }
        open.send(message);
    }

    private static void write(WebSocket to, OutgoingMessage message)
            throws IOException, InterruptedException {
        try {
            var _ = to.sendText(new String(message.body(), StandardCharsets.UTF_8), true).get();
        } catch (ExecutionException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        // messages are asked for when the connection is complete
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (text.length() > config.maxMessageBytes()) {
            tooBig(from);
            return null;
        }
        if (last) {
            byte[] message = text.toString().getBytes(StandardCharsets.UTF_8);
            text.setLength(0);
            text.trimToSize();
            deliver(from, message);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        parts.writeBytes(bytes);
        if (parts.size() > config.maxMessageBytes()) {
            tooBig(from);
            return null;
        }
        if (last) {
            byte[] message = parts.toByteArray();
            parts.reset();
            deliver(from, message);
        }
        from.request(1);
        return null;
    }

    private void deliver(WebSocket from, byte[] message) {
        if (message.length > config.maxMessageBytes()) {
            tooBig(from);
        } else if (!over.get()) {
            receiver.message(message, null);
        }
    }

    private void tooBig(WebSocket from) {
        String why = "a message of more than " + config.maxMessageBytes() + " bytes";
        var _ = from.sendClose(TOO_BIG, why);
        lost(TransportException.Kind.LIMIT, why);
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String why) {
        lost(
                TransportException.Kind.BROKEN,
                "the server closed the connection: " + status + " " + why);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        lost(TransportException.Kind.BROKEN, String.valueOf(failure.getMessage()));
    }

    private void lost(TransportException.Kind kind, String why) {
        ended.countDown();
        LinkWriter open = writer;
        if (open != null) {
            open.cut();
        }
        if (over.compareAndSet(false, true)) {
            client.shutdown();
            receiver.closed(
                    new TransportException(kind, "the connection to " + name + " broke: " + why));
        }
    }

    /** Writes what waits and says goodbye, for a second at most; nothing is heard afterwards. */
    void stop() {
        over.set(true);
        LinkWriter open = writer;
        WebSocket used = socket;
        if (open != null && used != null) {
            open.finish(LAST_WORDS);
            var _ = used.sendClose(WebSocket.NORMAL_CLOSURE, "");
            try {
                var _ = ended.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            used.abort();
        }
        client.shutdownNow();
    }
}
