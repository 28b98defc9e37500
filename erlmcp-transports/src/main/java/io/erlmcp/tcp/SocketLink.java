package io.erlmcp.tcp;

import io.erlmcp.network.LinkWriter;
import io.erlmcp.runtime.Threads;
import io.erlmcp.tls.ClientSocket;
import io.erlmcp.tls.ClientTls;
import io.erlmcp.transport.ByteLines;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server that speaks lines.
 *
 * <p>Process model: a virtual thread reads until the end, one writes; both end with the socket,
 * which {@link #stop} closes.
 */
final class SocketLink {
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final String name;
    private final ClientReceiver receiver;
    private final int maxMessageBytes;
    private final ClientSocket socket;
    private final LinkWriter<byte[]> writer;
    private final AtomicBoolean over = new AtomicBoolean();

    SocketLink(
            SocketClientConfig config,
            @Nullable ClientTls tls,
            String name,
            ClientReceiver receiver) {
        this.name = name;
        this.receiver = receiver;
        this.maxMessageBytes = config.maxMessageBytes();
        this.socket = connect(config, tls, name);
        this.writer =
                new LinkWriter<>(
                        name,
                        config.maxQueuedBytes(),
                        line -> line.length,
                        this::write,
                        this::lost);
        Threads.startVirtual(name + " reader", this::read);
    }

    private static ClientSocket connect(
            SocketClientConfig config, @Nullable ClientTls tls, String name) {
        try {
            Path path = config.path();
            return path != null
                    ? ClientSocket.connect(path)
                    : ClientSocket.connect(
                            String.valueOf(config.host()),
                            config.port(),
                            config.connectTimeout(),
                            tls);
        } catch (IOException e) {
            throw new TransportException(
                    TransportException.Kind.UNREACHABLE,
                    "cannot connect to " + name + ": " + e.getMessage(),
                    e);
        }
    }

    void send(OutgoingMessage message) {
        byte[] line = Arrays.copyOf(message.body(), message.body().length + 1);
        line[line.length - 1] = '\n';
        writer.send(line);
    }

    private void write(byte[] line) throws IOException {
        socket.output().write(line);
        socket.output().flush();
    }

    private void read() {
        String why = "the server closed the connection";
        try {
            ByteLines lines = new ByteLines(socket.input(), maxMessageBytes);
            byte[] line;
            while ((line = lines.next()) != null && !over.get()) {
                received(line, lines.wasTooLong());
            }
        } catch (IOException e) {
            why = String.valueOf(e.getMessage());
        } catch (RuntimeException | Error bug) {
            Threads.uncaught(bug);
            why = "it is not read any more: " + bug; // else all would wait for the time-out
        }
        lost(why);
    }

    private void lost(String why) {
        boolean first = over.compareAndSet(false, true);
        writer.cut();
        close();
        if (first) {
            receiver.closed(
                    new TransportException(
                            TransportException.Kind.BROKEN,
                            "the connection to " + name + " broke: " + why));
        }
    }

    private void received(byte[] line, boolean tooLong) {
        if (tooLong) {
            receiver.observed(
                    new ClientTransportEvent.MessageMalformed(
                            name, "a line of more than " + maxMessageBytes + " bytes"));
        } else if (line.length > 0) {
            receiver.message(line, null);
        }
    }

    /** Writes what waits, for a second at most, and closes; nothing is heard afterwards. */
    void stop() {
        over.set(true);
        writer.finish(LAST_WORDS);
        close();
    }

    private void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed either way
            return;
        }
    }
}
