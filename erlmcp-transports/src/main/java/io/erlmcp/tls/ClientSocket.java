package io.erlmcp.tls;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection to a host, with or without TLS, or to a Unix domain socket. One thread may
 * read while another writes; both are woken by {@link #close}.
 */
public final class ClientSocket implements Closeable {
    private final InputStream input;
    private final OutputStream output;
    private final Closeable secured;
    private final Closeable plain;

    private ClientSocket(
            InputStream input, OutputStream output, Closeable secured, Closeable plain) {
        this.input = input;
        this.output = output;
        this.secured = secured;
        this.plain = plain;
    }

    /**
     * Connects, and shakes hands where {@code tls} is given.
     *
     * @param limit for the connection, and again for each step of the handshake
     */
    public static ClientSocket connect(
            String host, int port, Duration limit, @Nullable ClientTls tls) throws IOException {
        int millis = Math.toIntExact(limit.toMillis());
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            keepAlive(plain);
            plain.connect(new InetSocketAddress(host, port), millis);
            plain.setSoTimeout(millis);
            Socket used = tls == null ? plain : tls.over(plain, host, port);
            plain.setSoTimeout(0);
            return new ClientSocket(used.getInputStream(), used.getOutputStream(), used, plain);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    /**
     * A server whose machine is gone is given up after 2 minutes, where the kernel can be asked.
     */
    private static void keepAlive(Socket socket) throws IOException {
        socket.setKeepAlive(true);
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 60);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 10);
            socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 6);
        }
    }

    public static ClientSocket connect(Path unix) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(unix));
        return new ClientSocket(
                Channels.newInputStream(channel),
                Channels.newOutputStream(channel),
                channel,
                channel);
    }

    /** For what must come within {@code limit} each time; zero for no limit. Not for Unix. */
    public void readWithin(Duration limit) throws IOException {
        if (plain instanceof Socket socket) {
            socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
        }
    }

    public InputStream input() {
        return input;
    }

    public OutputStream output() {
        return output;
    }

    @Override
    public void close() throws IOException {
        try {
            secured.close();
        } finally {
            plain.close();
        }
    }
}
