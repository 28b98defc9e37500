package io.erlmcp.tcp;

import io.erlmcp.network.LinkWriter;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.ByteLines;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;

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
    private final SocketChannel socket;
    private final LinkWriter writer;
    private volatile boolean stopping;

    SocketLink(SocketClientConfig config, String name, ClientReceiver receiver) {
        this.name = name;
        this.receiver = receiver;
        this.maxMessageBytes = config.maxMessageBytes();
        this.socket = connect(config, name);
        this.writer = new LinkWriter(name, config.maxQueuedBytes(), this::write);
        Threads.startVirtual(name + " reader", this::read);
    }

    private static SocketChannel connect(SocketClientConfig config, String name) {
        try {
            Path path = config.path();
            if (path != null) {
                return SocketChannel.open(UnixDomainSocketAddress.of(path));
            }
            return connectTcp(config);
        } catch (IOException | UnresolvedAddressException e) {
            throw new TransportException(
                    TransportException.Kind.UNREACHABLE,
                    "cannot connect to " + name + ": " + e.getMessage(),
                    e);
        }
    }

    private static SocketChannel connectTcp(SocketClientConfig config) throws IOException {
        SocketChannel made = SocketChannel.open();
        try {
            made.setOption(StandardSocketOptions.TCP_NODELAY, true);
            made.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            made.socket()
                    .connect(
                            new InetSocketAddress(String.valueOf(config.host()), config.port()),
                            Math.toIntExact(config.connectTimeout().toMillis()));
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    void send(OutgoingMessage message) {
        writer.send(message);
    }

    private void write(OutgoingMessage message) throws IOException {
        ByteBuffer line = ByteBuffer.allocate(message.body().length + 1);
        line.put(message.body()).put((byte) '\n').flip();
        while (line.hasRemaining()) {
            var _ = socket.write(line);
        }
    }

    private void read() {
        String why = "the server closed the connection";
        try {
            ByteLines lines = new ByteLines(Channels.newInputStream(socket), maxMessageBytes);
            byte[] line;
            while ((line = lines.next()) != null && !stopping) {
                received(line, lines.wasTooLong());
            }
        } catch (IOException e) {
            why = String.valueOf(e.getMessage());
        }
        writer.cut();
        close();
        if (!stopping) {
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
        stopping = true;
        writer.finish(LAST_WORDS);
        close();
    }

    private void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed either way
            stopping = true;
        }
    }
}
