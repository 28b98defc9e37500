package io.erlmcp.tcp;

import io.erlmcp.network.Bounds;
import io.erlmcp.network.EngineConfig;
import io.erlmcp.network.PeerLimits;
import io.erlmcp.tls.TlsServerConfig;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a server of newline-delimited messages listens, and every bound it keeps.
 *
 * @param address host and port, 0 for a free one, or the path of a Unix domain socket
 * @param maxConnections at this number the server stops accepting until one closes
 * @param maxLineBytes the longest message, without its line end; a longer one is skipped and
 *     refused
 * @param engine the network engine
 * @param tls what to show and ask for before the first message; null for none, as on a Unix domain
 *     socket
 */
public record TcpServerConfig(
        SocketAddress address,
        int maxConnections,
        int maxLineBytes,
        PeerLimits peer,
        EngineConfig engine,
        @Nullable TlsServerConfig tls) {
    /** What the kernel takes as the path of a socket. */
    private static final int MAX_PATH_BYTES = 107;

    public TcpServerConfig {
        Bounds.atLeast("maxConnections", maxConnections, 1);
        Bounds.atLeast("maxLineBytes", maxLineBytes, 1);
        if (address instanceof UnixDomainSocketAddress unix) {
            checkPath(unix.getPath());
            if (tls != null) {
                throw new IllegalArgumentException("a Unix domain socket has no TLS");
            }
        } else if (!(address instanceof InetSocketAddress)) {
            throw new IllegalArgumentException("cannot listen on " + address);
        }
    }

    private static void checkPath(Path path) {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > MAX_PATH_BYTES) {
            throw new IllegalArgumentException(
                    "the path of a socket has 1 to "
                            + MAX_PATH_BYTES
                            + " bytes, this one has "
                            + length
                            + ": "
                            + path);
        }
    }

    /** TCP on {@code host}; 15,000 connections, lines of 16 MiB, a backlog of 1,024. */
    public static TcpServerConfig tcp(String host, int port) {
        return at(new InetSocketAddress(host, port));
    }

    /** A Unix domain socket, which only this user may connect to; bounds as for TCP. */
    public static TcpServerConfig unix(Path path) {
        return at(UnixDomainSocketAddress.of(path));
    }

    private static TcpServerConfig at(SocketAddress address) {
        return new TcpServerConfig(
                address, 15_000, 16 << 20, PeerLimits.defaults(), EngineConfig.defaults(), null);
    }

    public TcpServerConfig withMaxConnections(int value) {
        return new TcpServerConfig(address, value, maxLineBytes, peer, engine, tls);
    }

    public TcpServerConfig withMaxLineBytes(int value) {
        return new TcpServerConfig(address, maxConnections, value, peer, engine, tls);
    }

    public TcpServerConfig withPeer(PeerLimits value) {
        return new TcpServerConfig(address, maxConnections, maxLineBytes, value, engine, tls);
    }

    public TcpServerConfig withEngine(EngineConfig value) {
        return new TcpServerConfig(address, maxConnections, maxLineBytes, peer, value, tls);
    }

    /** With TLS in front of every connection; null for none. */
    public TcpServerConfig withTls(@Nullable TlsServerConfig value) {
        return new TcpServerConfig(address, maxConnections, maxLineBytes, peer, engine, value);
    }

    /** {@code tcp} or {@code unix}. */
    public String transport() {
        return address instanceof UnixDomainSocketAddress ? "unix" : "tcp";
    }
}
