package io.erlmcp.websocket;

import io.erlmcp.network.LinkWriter;
import io.erlmcp.runtime.Threads;
import io.erlmcp.tls.ClientSocket;
import io.erlmcp.tls.ClientTls;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection to a server.
 *
 * <p>Process model: a virtual thread reads until the end, and pings a server that is silent; one
 * writes, so that no caller waits for a slow server. Both end with the socket, which {@link #stop}
 * closes.
 */
final class WebSocketLink {
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final int NORMAL = 1000;
    private static final int READ_BYTES = 16 * 1024;

    private final String name;
    private final ClientReceiver receiver;
    private final ClientSocket socket;
    private final ServerFrames frames;
    private final ClientFraming framing;
    private final LinkWriter<byte[]> writer;
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    private WebSocketLink(
            WebSocketClientConfig config,
            ClientReceiver receiver,
            ClientSocket socket,
            BufferedInputStream in,
            boolean compresses) {
        this.name = config.url().toString();
        this.receiver = receiver;
        this.socket = socket;
        this.frames =
                new ServerFrames(
                        new PingedInput(in, this::ping), config.maxMessageBytes(), compresses);
        this.framing = new ClientFraming(compresses);
        this.writer =
                new LinkWriter<>(
                        name,
                        config.maxQueuedBytes(),
                        frame -> frame.length,
                        this::write,
                        why -> lost(TransportException.Kind.BROKEN, why, null));
        Threads.startVirtual(name + " reader", this::read);
    }

    /**
     * Connects and shakes hands.
     *
     * @param tls null for a connection in the clear
     */
    static WebSocketLink open(
            WebSocketClientConfig config, @Nullable ClientTls tls, ClientReceiver receiver) {
        ClientSocket socket = null;
        try {
            socket =
                    ClientSocket.connect(
                            config.host(), config.port(), config.connectTimeout(), tls);
            BufferedInputStream in = new BufferedInputStream(socket.input(), READ_BYTES);
            socket.readWithin(config.connectTimeout());
            ClientHandshake agreed = ClientHandshake.with(socket, in, config);
            socket.readWithin(config.ping());
            return new WebSocketLink(config, receiver, socket, in, agreed.compresses());
        } catch (IOException e) {
            close(socket);
            throw new TransportException(
                    TransportException.Kind.UNREACHABLE,
                    "cannot connect to " + config.url() + ": " + e.getMessage(),
                    e);
        } catch (TransportException e) {
            close(socket);
            throw e;
        }
    }

    private static void close(@Nullable ClientSocket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // it is closed either way
            return;
        }
    }

    void send(OutgoingMessage message) {
        writer.send(framing.message(message.body()));
    }

    private void write(byte[] frame) throws IOException {
        socket.output().write(frame);
        socket.output().flush();
    }

    private void read() {
        try {
            while (true) {
                switch (frames.next()) {
                    case ServerFrames.Said.Message message -> heard(message.bytes());
                    case ServerFrames.Said.Ping ping -> answer(ping.payload());
                    case ServerFrames.Said.Pong pong -> {
                        // that it came is all that counts
                    }
                    case ServerFrames.Said.Close close -> {
                        ended.countDown();
                        lost(
                                TransportException.Kind.BROKEN,
                                "the server closed the connection: "
                                        + close.code()
                                        + " "
                                        + close.reason(),
                                framing.closeAnswer(close.code()));
                        return;
                    }
                }
            }
        } catch (CorruptedWebSocketFrameException bad) {
            WebSocketCloseStatus status = bad.closeStatus();
            lost(
                    status.equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)
                            ? TransportException.Kind.LIMIT
                            : TransportException.Kind.BROKEN,
                    String.valueOf(bad.getMessage()),
                    framing.close(status.code(), String.valueOf(bad.getMessage())));
        } catch (EOFException e) {
            lost(TransportException.Kind.BROKEN, "the server left", null);
        } catch (IOException e) {
            lost(TransportException.Kind.BROKEN, String.valueOf(e.getMessage()), null);
        } catch (RuntimeException | Error bug) {
            Threads.uncaught(bug);
            // else everybody would wait for the time-out
            lost(TransportException.Kind.BROKEN, "it is not read any more: " + bug, null);
        }
    }

    private void heard(byte[] message) {
        if (!over.get()) {
            receiver.message(message, null);
        }
    }

    private void answer(byte[] ping) {
        control("pong", framing.pong(ping));
    }

    private void ping() {
        control("ping", framing.ping());
    }

    /** Where too much waits for the server, a frame more would not help. */
    private void control(String what, byte[] frame) {
        try {
            writer.send(frame);
        } catch (TransportException full) {
            if (!over.get()) {
                receiver.observed(
                        new ClientTransportEvent.MessageLost(
                                name, what, String.valueOf(full.getMessage())));
            }
        }
    }

    private void lost(TransportException.Kind kind, String why, byte @Nullable [] lastWords) {
        ended.countDown();
        boolean first = over.compareAndSet(false, true);
        if (lastWords != null && first) {
            sayLast(lastWords);
        } else {
            writer.cut();
        }
        close(socket);
        if (first) {
            receiver.closed(
                    new TransportException(kind, "the connection to " + name + " broke: " + why));
        }
    }

    private void sayLast(byte[] frame) {
        try {
            writer.send(frame);
        } catch (TransportException full) {
            // the server does not read, so it would not hear this either
            writer.cut();
        }
        writer.finish(LAST_WORDS);
    }

    /** Writes what waits and says goodbye, for a second each; nothing is heard afterwards. */
    void stop() {
        if (over.compareAndSet(false, true)) {
            sayLast(framing.close(NORMAL, ""));
            try {
                var _ = ended.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        close(socket);
    }
}
